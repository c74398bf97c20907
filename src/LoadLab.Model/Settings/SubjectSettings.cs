using System.Collections.Immutable;

namespace LoadLab.Model;

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
