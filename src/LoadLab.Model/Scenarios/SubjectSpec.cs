using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>How one sees that an external server is ready for load.</summary>
[JsonConverter(typeof(EnumWordsJsonConverter<SubjectReadiness>))]
public enum SubjectReadiness
{
    /// <summary>It has a listener on the target's port.</summary>
    Listening,

    /// <summary>It has a listener on the target's port, and has accepted a first connection: a program may listen long before it serves.</summary>
    Accepting,
}

/// <summary>An external server that is put under load in place of LoadLab's own: nginx, Redis, Kestrel, anything with a port.</summary>
public sealed record SubjectSpec
{
    /// <summary>The program and its arguments; of one text: <c>sh -c TEXT</c>.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>The address that clients connect to.</summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>The port that it listens on.</summary>
    public int Port { get; init; }

    /// <summary>When it is ready.</summary>
    public SubjectReadiness ReadyWhen { get; init; } = SubjectReadiness.Listening;

    /// <summary>How long it may take to be ready.</summary>
    public Nanoseconds ReadyWithin { get; init; } = Nanoseconds.FromSeconds(10);

    /// <summary>Address and port.</summary>
    [JsonIgnore]
    public string Target => $"{Address}:{Port}";

    /// <summary>The command as one would type it.</summary>
    [JsonIgnore]
    public string CommandLine => Command is ["sh", "-c", var text] ? text : string.Join(' ', Command);
}

/// <summary>The settings of another server under load.</summary>
public static class SubjectSettings
{
    private static readonly SettingGroup<SubjectSpec> Group = new("subject.", new SubjectSpec(), scenario => scenario.Subject,
        (scenario, subject) => scenario with { Subject = subject }) { WhyNoOption = "another server is started in a run's sandbox" };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Setting<SubjectSpec>> Rows => Group.Rows;

    /// <summary>The program.</summary>
    public static ValueSetting<SubjectSpec, ImmutableArray<string>> Command { get; } = Group.Add(
        "command", Forms.ShellCommand, "The program and its arguments as a list, or one text for sh -c; it may go into the background",
        subject => subject.Command, (subject, value) => subject with { Command = value },
        standard: "", isAlwaysShown: true, shownAs: subject => subject.CommandLine);

    /// <summary>Where it listens.</summary>
    public static ValueSetting<SubjectSpec, (string Address, int Port)> Target { get; } = Group.Add(
        "target", Forms.Target, "Where it listens, once it is ready: ADDRESS:PORT", subject => (subject.Address, subject.Port),
        (subject, value) => subject with { Address = value.Address, Port = value.Port },
        standard: "", isAlwaysShown: true, shownAs: subject => subject.Target);

    /// <summary>How one sees that it is ready.</summary>
    public static ValueSetting<SubjectSpec, SubjectReadiness> ReadyWhen { get; } = Group.Add(
        "ready-when", Forms.Word<SubjectReadiness>(), "How one sees that it is ready; accepting: and it has accepted a first connection",
        subject => subject.ReadyWhen, (subject, value) => subject with { ReadyWhen = value }, standard: "listening: it has a listener on the target's port");

    /// <summary>How long that may take.</summary>
    public static ValueSetting<SubjectSpec, Nanoseconds> ReadyWithin { get; } = Group.Add(
        "ready-within", Forms.Duration, "How long that may take", subject => subject.ReadyWithin, (subject, value) => subject with { ReadyWithin = value });
}
