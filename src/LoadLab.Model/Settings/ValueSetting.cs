using System.Text.Json.Nodes;

namespace LoadLab.Model;

/// <summary>A setting whose value is a <typeparamref name="TValue"/>.</summary>
/// <typeparam name="TPart">The part of the scenario that has it.</typeparam>
/// <typeparam name="TValue">Its value.</typeparam>
/// <param name="group">The group that it belongs to.</param>
/// <param name="key">The last part of its name.</param>
/// <param name="form">What it takes.</param>
/// <param name="about">What it means, as a sentence without its full stop.</param>
/// <param name="get">Its value.</param>
/// <param name="with">The part with a value.</param>
public sealed class ValueSetting<TPart, TValue>(SettingGroup<TPart> group, string key, TextForm<TValue> form, string about, Func<TPart, TValue> get, Func<TPart,
    TValue, TPart> with)
    : Setting<TPart>(group.Prefix + key, about)
    where TPart : class
{
    /// <summary>What it takes; a phase or a step that changes the same thing takes the same.</summary>
    public TextForm<TValue> Form => form;

    /// <summary>What it takes where server or swarm runs on its own, if that is something else.</summary>
    public TextForm<TValue>? Alone { get; init; }

    /// <summary>The default in words, where the value itself does not say it.</summary>
    public string? DefaultWords { get; init; }

    /// <summary>True where a plan shows it although it is the default.</summary>
    public bool IsAlwaysShown { get; init; }

    /// <summary>Where it has a meaning; null: everywhere.</summary>
    public Func<Scenario, bool>? Applies { get; init; }

    /// <summary>What a plan shows, where that is not the value itself.</summary>
    public Func<TPart, string>? ShownAs { get; init; }

    /// <inheritdoc/>
    public override string? Default => DefaultWords is { } words ? words.Length == 0 ? null : words : form.Text(get(group.Initial));

    /// <inheritdoc/>
    public override string Words => form.Words;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Parts => form.Parts;

    /// <inheritdoc/>
    public override IReadOnlyCollection<string>? WordsTaken => form.WordsTaken;

    /// <inheritdoc/>
    public override string StandsFor => form.StandsFor;

    /// <inheritdoc/>
    public override string WordsAlone => (Alone ?? form).Words;

    /// <inheritdoc/>
    public override bool TryApply(TPart part, string text, out TPart next, bool isAlone = false)
    {
        var fits = (isAlone ? Alone ?? form : form).TryParse(text, out var value);
        next = fits ? with(part, value) : part;
        return fits;
    }

    /// <inheritdoc/>
    public override Scenario? With(Scenario scenario, string text)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        return TryApply(group.Find(scenario) ?? group.Initial, text, out var next) ? group.With(scenario, next) : null;
    }

    /// <inheritdoc/>
    public override string? Shown(Scenario scenario)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        if (group.Find(scenario) is not { } part || Applies?.Invoke(scenario) == false)
        {
            return null;
        }

        var value = get(part);
        return IsAlwaysShown || !EqualityComparer<TValue>.Default.Equals(value, get(group.Initial)) ? ShownAs?.Invoke(part) ?? form.Text(value) : null;
    }

    /// <inheritdoc/>
    public override string? Impossible(Scenario scenario)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        if (group.Find(scenario) is not { } part || Applies?.Invoke(scenario) == false)
        {
            return null;
        }

        // Numbers and times have bounds, and their text is what a file would say; of the rest the reader has taken nothing that has no name.
        var value = get(part);
        if (value is not (int or long or Nanoseconds) || EqualityComparer<TValue>.Default.Equals(value, get(group.Initial)))
        {
            return null;
        }

        var text = form.Text(value);
        return form.TryParse(text, out _) ? null : text;
    }

    /// <inheritdoc/>
    public override JsonObject Schema() => form.Schema();
}
