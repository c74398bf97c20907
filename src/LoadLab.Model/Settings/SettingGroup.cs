namespace LoadLab.Model;

/// <summary>The settings of one part of a scenario.</summary>
/// <typeparam name="TPart">The part.</typeparam>
/// <param name="prefix">What their names begin with: <c>server.</c>.</param>
/// <param name="initial">The part when nothing is said.</param>
/// <param name="find">The part of a scenario; null where it has none.</param>
/// <param name="with">A scenario with another part.</param>
public sealed class SettingGroup<TPart>(string prefix, TPart initial, Func<Scenario, TPart?> find, Func<Scenario, TPart, Scenario> with)
    where TPart : class
{
    private readonly List<Setting<TPart>> rows = [];

    /// <summary>What their names begin with.</summary>
    public string Prefix => prefix;

    /// <summary>The part when nothing is said.</summary>
    public TPart Initial => initial;

    /// <summary>Its settings, in the order in which they are read.</summary>
    public IReadOnlyList<Setting<TPart>> Rows => rows;

    /// <summary>The verb that has its settings as options; null: none.</summary>
    public Role? Verb { get; init; }

    /// <summary>Why no verb has them; null: one has.</summary>
    public string? WhyNoOption { get; init; }

    /// <summary>The part of a scenario; null where it has none.</summary>
    public TPart? Find(Scenario scenario) => find(scenario);

    /// <summary>A scenario with another part.</summary>
    public Scenario With(Scenario scenario, TPart part) => with(scenario, part);

    /// <summary>A new setting of the group.</summary>
    /// <param name="key">The last part of its name.</param>
    /// <param name="form">What it takes.</param>
    /// <param name="about">What it means, as a sentence without its full stop.</param>
    /// <param name="get">Its value.</param>
    /// <param name="set">The part with a value.</param>
    /// <param name="standard">The default in words, where the value itself does not say it; "": nothing to say.</param>
    /// <param name="isAlwaysShown">A plan shows it although it is the default.</param>
    /// <param name="applies">Where it has a meaning; null: everywhere.</param>
    /// <param name="shownAs">What a plan shows, where that is not the value itself.</param>
    /// <param name="alone">What it takes where server or swarm runs on its own, if that is something else.</param>
    /// <param name="verb">The verb that has it, where the group's has not.</param>
    /// <param name="whyNoOption">Why the group's verb does not have it.</param>
    /// <param name="docAlone">What it means, and its default, where server or swarm runs on its own, if that is something else.</param>
    public ValueSetting<TPart, TValue> Add<TValue>(
        string key,
        TextForm<TValue> form,
        string about,
        Func<TPart, TValue> get,
        Func<TPart, TValue, TPart> set,
        string? standard = null,
        bool isAlwaysShown = false,
        Func<Scenario, bool>? applies = null,
        Func<TPart, string>? shownAs = null,
        TextForm<TValue>? alone = null,
        Role? verb = null,
        string? whyNoOption = null,
        string? docAlone = null)
    {
        var owner = verb ?? (whyNoOption is null ? Verb : null);
        var row = new ValueSetting<TPart, TValue>(this, key, form, about, get, set)
        {
            DefaultWords = standard,
            IsAlwaysShown = isAlwaysShown,
            Applies = applies,
            ShownAs = shownAs,
            Alone = alone,
            Verb = owner,
            DocAlone = docAlone,
            WhyNoOption = owner is null ? whyNoOption ?? WhyNoOption : null,
        };
        rows.Add(row);
        return row;
    }
}
