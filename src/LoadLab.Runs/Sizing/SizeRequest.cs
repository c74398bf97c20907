using System.Collections.Immutable;
using LoadLab.Judging.Sizing;
using LoadLab.Model;

namespace LoadLab.Runs.Sizing;

/// <summary>What is to be found.</summary>
/// <param name="Run">The scenario with all that is fixed.</param>
/// <param name="Find">The setting.</param>
/// <param name="Range">From which values.</param>
/// <param name="Conditions">What has to hold; at least one.</param>
public sealed record SizeRequest(RunRequest Run, string Find, SizeRange Range, ImmutableArray<SizeCondition> Conditions)
{
    // More than a role of LoadLab has open before the first connection.
    private const int OwnDescriptors = 200;

    /// <summary>The target's name; "" for a scenario of one's own.</summary>
    public string Target { get; init; } = "";

    /// <summary>Kernel runs at most.</summary>
    public int Budget { get; init; } = 30;

    /// <summary>How a value of the setting is written in the scenario; null: as it is, with its unit.</summary>
    public Func<long, string>? Written { get; init; }

    /// <summary>The rule in one formula; null: there is none.</summary>
    public ClosedForm? ClosedForm { get; init; }

    /// <summary>The same formula with a fifth more load; null: there is none.</summary>
    public long? ClosedFormOfMore { get; init; }

    /// <summary>Settings that ask for a fifth more load; empty where nobody knows which they are.</summary>
    public ImmutableArray<string> More { get; init; } = [];

    /// <summary>What a value is called in the answer, such as <c>backlog</c>.</summary>
    public string Noun { get; init; } = "";

    /// <summary>The lines to paste for a value, with what was seen of the server's own descriptors.</summary>
    public Func<long, long?, ImmutableArray<SizingLines>> Paste { get; init; } = (_, _) => [];

    /// <summary>Settings that a run gets on kernels from a version on, where they make it shorter and change nothing of the answer.</summary>
    public (KernelVersion From, ImmutableArray<string> Settings)? Shorter { get; init; }

    /// <summary>What a person should know of this target, a sentence each.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>The command line that does it again.</summary>
    public string Command { get; init; } = "";

    /// <summary>The setting of a run with one value, as <c>NAME=VALUE</c>.</summary>
    public string SettingOf(long value) => $"{Find}={Written?.Invoke(value) ?? Range.Text(value)}";

    /// <summary>The run with one value of the setting.</summary>
    public RunRequest With(long value) => Run with { Settings = [.. Run.Settings, SettingOf(value)] };

    /// <summary>The run with one value of the setting and a fifth more load.</summary>
    public RunRequest WithMore(long value) =>
        Run with { Settings = [.. Run.Settings.Where(setting => !More.Any(more => NameOf(more) == NameOf(setting))), .. More, SettingOf(value)] };

    /// <summary>The request for a host: with what makes its runs shorter there, and free descriptors no more than its hard limit has.</summary>
    /// <exception cref="RunException">The hard limit is below what the rule gives.</exception>
    public SizeRequest On(HostFacts host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var request = Shorter is { } shorter && host.Kernel.IsAtLeast(shorter.From.Major, shorter.From.Minor) ? this with { Run = WithOthers(shorter.Settings) }
            : this;
        if (!Find.EndsWith(".spare", StringComparison.Ordinal) || Range.High <= host.NofileHard - OwnDescriptors)
        {
            return request;
        }

        var most = host.NofileHard - OwnDescriptors;
        return most > Math.Max(Range.Low, ClosedForm?.Value ?? 0) ? request with { Range = Range with { High = most } } : throw RunException.Refused(
            $"the hard RLIMIT_NOFILE is {host.NofileHard} here, and "
            + $"{(ClosedForm is { } rule ? $"{rule.Value} free descriptors" : "the range")} would need more: "
            + "raise it (ulimit -Hn as root, or LimitNOFILE), or ask for less");
    }

    // What the user has set stays.
    private RunRequest WithOthers(ImmutableArray<string> settings) =>
        Run with { Settings = [.. settings.Where(setting => !Run.Settings.Any(own => NameOf(own) == NameOf(setting))), .. Run.Settings] };

    private static string NameOf(string setting) => setting.Split('=')[0];
}

/// <summary>Values of a setting: whole numbers, with a unit behind each where the setting has one.</summary>
/// <param name="Low">The least.</param>
/// <param name="High">The greatest.</param>
/// <param name="Unit">What stands behind each number, such as <c>ms</c> or <c>/s</c>; "" for nothing.</param>
public sealed record SizeRange(long Low, long High, string Unit)
{
    /// <summary>What it looks like, for messages.</summary>
    public const string Form = "LOW..HIGH, two whole numbers with the same unit or none, such as 1..65535 or 10ms..500ms";

    /// <summary>Reads one; null when it is none.</summary>
    public static SizeRange? TryParse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split("..") is [var low, var high] && Number(low) is { } first && Number(high) is { } last && first.Value < last.Value
            && (first.Unit == last.Unit || first.Unit.Length == 0)
            ? new SizeRange(first.Value, last.Value, last.Unit)
            : null;
    }

    /// <summary>A value as the scenario takes it.</summary>
    public string Text(long value) => $"{value}{Unit}";

    private static (long Value, string Unit)? Number(string text)
    {
        var trimmed = text.Trim();
        var digits = trimmed.TakeWhile(char.IsAsciiDigit).Count();
        return digits > 0 && long.TryParse(trimmed[..digits], out var value) ? (value, trimmed[digits..].Trim()) : null;
    }
}
