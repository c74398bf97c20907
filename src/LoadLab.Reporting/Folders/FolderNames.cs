namespace LoadLab.Reporting;

/// <summary>The names in a results folder.</summary>
public static class FolderNames
{
    /// <summary>Kernel, limits, versions.</summary>
    public const string Host = "host.json";

    /// <summary>The plan, written before the first system call.</summary>
    public const string Plan = "plan.json";

    /// <summary>What the model predicts over time.</summary>
    public const string Bands = "bands.json";

    /// <summary>What was seen, one observation a line.</summary>
    public const string Observations = "observations.jsonl";

    /// <summary>The result.</summary>
    public const string Run = "run.json";

    /// <summary>The run, or the comparison, as a page.</summary>
    public const string Report = "report.html";

    /// <summary>The folder for the reports of another tool that paced the clients.</summary>
    public const string ToolReports = "tool";

    /// <summary>The textbook as it came out.</summary>
    public const string Textbook = "textbook.json";

    /// <summary>The same for people.</summary>
    public const string TextbookText = "textbook.md";

    /// <summary>Several tunings side by side.</summary>
    public const string Comparison = "compare.json";

    /// <summary>The same for a pull request.</summary>
    public const string ComparisonText = "compare.md";

    /// <summary>The smallest setting that is enough.</summary>
    public const string Sizing = "size.json";

    /// <summary>The same for a pull request.</summary>
    public const string SizingText = "size.md";

    /// <summary>Several scenarios with one verdict.</summary>
    public const string Suite = "suite.json";

    /// <summary>The same for a pull request.</summary>
    public const string SuiteText = "suite.md";

    /// <summary>The same as a page that links to each run's <see cref="Report"/>.</summary>
    public const string Index = "index.html";

    /// <summary>What a suite's folder has in its name where that of a run has its scenario.</summary>
    public const string SuiteWord = "suite";

    /// <summary><c>20260102T030405Z-accept-queue-backlog-overflow-1a2b</c>: only a-z, 0-9, dot and hyphen, whatever the scenario is called.</summary>
    public static string Of(DateTimeOffset started, string scenario, int id)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        return $"{started.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}-{Plain(scenario)}-{id & 0xFFFF:x4}";
    }

    /// <summary>A name that any file system takes: only a-z, 0-9, dot and hyphen.</summary>
    public static string Plain(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var plain = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c == '.' ? char.ToLowerInvariant(c) : '-')).Trim('-', '.');

        // The end of a long path is what tells it from others; 80 characters leave room for the rest in any file system.
        plain = plain.Length > 80 ? plain[^80..].TrimStart('-', '.') : plain;
        return plain.Length == 0 ? "scenario" : plain;
    }
}
