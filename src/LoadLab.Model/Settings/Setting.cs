using System.Text.Json.Nodes;

namespace LoadLab.Model;

/// <summary>One setting: its name, what it takes, what it means, and where it is in a scenario. Scenario files, their schema, <c>--set</c>, the settings table
/// of a plan, options and configuration of
/// <c>serve</c> and <c>swarm</c>, and the reference page are made from these rows.</summary>
/// <param name="name">Its dotted name: <c>server.backlog</c>.</param>
/// <param name="about">What it means, as a sentence without its full stop.</param>
public abstract class Setting(string name, string about)
{
    /// <summary>Its dotted name, as for <c>--set</c> and in tables.</summary>
    public string Name => name;

    /// <summary>The last part of its name: the key in a scenario file.</summary>
    public string Key => name[(name.LastIndexOf('.') + 1)..];

    /// <summary>What it means, as a sentence without its full stop.</summary>
    public string About => about;

    /// <summary>What holds when nothing is said, in words; null: it must be said, or the sentence says it.</summary>
    public abstract string? Default { get; }

    /// <summary>What it means and what holds when nothing is said.</summary>
    public string Doc => Sentence(about);

    /// <summary>The same with the words that it takes, where there are only some: for help and editors.</summary>
    public string DocWithWords => Sentence(WordsTaken is null ? about : $"{about}: {Words}");

    /// <summary>The same where server or swarm runs on its own and it means something else; null: it does not.</summary>
    public string? DocAlone { get; init; }

    /// <summary>What it takes, as half a sentence.</summary>
    public abstract string Words { get; }

    /// <summary>The names of its value's words, where a file may write them as a mapping; empty: it may not.</summary>
    public abstract IReadOnlyList<string> Parts { get; }

    /// <summary>The words that it takes; null: any text may fit.</summary>
    public abstract IReadOnlyCollection<string>? WordsTaken { get; }

    /// <summary>What stands for the value in the help of an option.</summary>
    public abstract string StandsFor { get; }

    /// <summary>The verb that has it as an option and as configuration, where server or swarm runs on its own; null: none.</summary>
    public Role? Verb { get; init; }

    /// <summary>Why neither of these verbs has it; null: one has.</summary>
    public string? WhyNoOption { get; init; }

    /// <summary>The same as an option of the verb and as a key of its configuration.</summary>
    public StandaloneOption Option =>
        new(string.Concat(Key.Split('-').Select(part => char.ToUpperInvariant(part[0]) + part[1..])), "--" + Key, StandsFor, DocAlone ?? DocWithWords);

    /// <summary>Its value in a plan's table of settings; null: not there.</summary>
    public abstract string? Shown(Scenario scenario);

    /// <summary>Its value where no scenario file could have it; null: it is one that a file can have.</summary>
    public abstract string? Impossible(Scenario scenario);

    /// <summary>The scenario with the value that the text says; null when it does not fit.</summary>
    public abstract Scenario? With(Scenario scenario, string text);

    /// <summary>The JSON schema of its value.</summary>
    public abstract JsonObject Schema();

    private string Sentence(string meaning) => Default is { } standard ? $"{meaning}; default {standard}." : $"{meaning}.";
}

/// <summary>A setting of a part of the scenario.</summary>
/// <typeparam name="TPart">The part.</typeparam>
public abstract class Setting<TPart>(string name, string about) : Setting(name, about)
{
    /// <summary>What it takes where server or swarm runs on its own.</summary>
    public abstract string WordsAlone { get; }

    /// <summary>The part with the value that the text says; false, and the part as it was, when it does not fit.</summary>
    /// <param name="part">The part.</param>
    /// <param name="text">The text.</param>
    /// <param name="next">The part with the value.</param>
    /// <param name="isAlone">True where server or swarm runs on its own.</param>
    public abstract bool TryApply(TPart part, string text, out TPart next, bool isAlone = false);
}
