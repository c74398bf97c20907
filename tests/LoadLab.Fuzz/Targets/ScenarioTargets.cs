using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using LoadLab.Model;
using LoadLab.Planning;
using LoadLab.Scenarios;
using LoadLab.Scenarios.Yaml;

namespace LoadLab.Fuzz;

/// <summary>Scenario files: bytes to a tree, to a scenario, to a plan.</summary>
internal static class ScenarioTargets
{
    // What planning costs grows with the load: beyond this the model is what is measured, not the reader.
    private const int MostConnections = 300;
    private const int MostSeconds = 60;
    private static readonly string[] Words = [.. ScenarioSchema.Generate().ToString().Split('"').Where(word => word.Length is > 1 and < 30)
        .Distinct().Take(400),
        ": ", "- ", "{", "}", "[", "]", "&a ", "*a", "!!str ", "? ", "|\n", ">\n", "#", "---\n", "...\n", "'", "\"", "\\", "\n  ", "=smallest-backlog"];

    public static FuzzTarget Yaml { get; } = new("yaml", TakeYaml, Words);

    public static FuzzTarget Plan { get; } = new("plan", TakePlan, Words) { Share = 3, Patience = TimeSpan.FromSeconds(30), MostAllocatedBytes = 1L << 30 };

    private static HostFacts Host { get; } = TypicalHost.Facts with
    {
        Kernel = KernelVersion.Parse("6.18.44"),
        Cores = 2,
        NofileSoft = 1024,
        NofileHard = 524_288,
        Sysctls = ImmutableSortedDictionary<string, string>.Empty.Add("net.core.somaxconn", "4096").Add("net.ipv4.ip_local_port_range", "32768\t60999"),
    };

    private static void TakeYaml(ReadOnlySpan<byte> input)
    {
        if (Read(input) is not { } text)
        {
            return;
        }

        var errors = new List<ScenarioError>();
        if (DeclaredReader.Read("some.yaml", text, errors) is { } tree)
        {
            CheckTree(tree, errors.Count);
        }
        else
        {
            Invariant.Holds(errors.Count > 0);
        }

        _ = Parse(text);
    }

    private static void TakePlan(ReadOnlySpan<byte> input)
    {
        if (Read(input) is not { } text || Parse(text) is not { } declared || declared.Variants.Any(variant => IsLarge(variant.Scenario)))
        {
            return;
        }

        var asked = Planner.SysctlsAsked(declared);
        var planned = Planner.Plan(declared, Host with { Sysctls = Host.Sysctls.SetItems(asked) }, "loadlab run some.yaml");
        CheckErrors(planned.Errors, text);
        if (planned.Value is not { } plan)
        {
            Invariant.Holds(!planned.Errors.IsEmpty);
            return;
        }

        Invariant.Holds(!plan.Variants.IsEmpty && plan.Lasts >= Nanoseconds.Zero);
        foreach (var variant in plan.Variants)
        {
            Invariant.Holds(variant is { LiveBacklog: >= 0, Workers: >= 0 } && variant.Lasts >= Nanoseconds.Zero);
            Invariant.Holds(variant.Predictions.All(prediction => prediction.Range.Low <= prediction.Range.High));
        }

        // plan.json read back is the same plan.
        var json = JsonSerializer.Serialize(plan, ModelJson.Default.Plan);
        Invariant.Same(JsonSerializer.Serialize(JsonSerializer.Deserialize(json, ModelJson.Default.Plan), ModelJson.Default.Plan!), json);
        _ = SideBySide.WhyAlone(plan);
    }

    private static string? Read(ReadOnlySpan<byte> input)
    {
        var errors = new List<ScenarioError>();
        var text = FileText.Decode("some.yaml", input, errors);
        Invariant.Holds(text is null == errors.Count > 0);
        return text;
    }

    private static DeclaredScenario? Parse(string text)
    {
        var read = ScenarioFile.Parse("some.yaml", "some", text, []);
        Invariant.Holds(read.Value is null != read.Errors.IsEmpty);
        CheckErrors(read.Errors, text);
        Invariant.Holds(read.Value is null || !read.Value.Variants.IsEmpty);
        return read.Value;
    }

    private static void CheckErrors(ImmutableArray<ScenarioError> errors, string text)
    {
        var lines = text.Count(c => c is '\n' or '\r' or '\u0085' or '\u2028' or '\u2029') + 2;
        foreach (var error in errors)
        {
            Invariant.Holds(error.Text.Length > 0 && error.Line >= 0 && error.Line <= lines);
        }
    }

    // The tree written with JSON's quotes and brackets, which are YAML, is read as the same tree.
    private static void CheckTree(Declared tree, int errors)
    {
        var written = new StringBuilder();
        Write(tree, written);
        var again = new List<ScenarioError>();
        var read = DeclaredReader.Read("some.yaml", written.ToString(), again);
        Invariant.Holds(read is not null && again.Count == 0 && errors >= 0);
        var writtenAgain = new StringBuilder();
        Write(read!, writtenAgain);
        Invariant.Same(writtenAgain.ToString(), written.ToString());
    }

    private static void Write(Declared value, StringBuilder into)
    {
        switch (value)
        {
            case DeclaredScalar scalar:
                Quote(scalar.Text, into);
                break;
            case DeclaredList list:
                Between('[', ']', list.Items, item => Write(item, into), into);
                break;
            case DeclaredMapping mapping:
                Between('{', '}', mapping.Entries, entry =>
                {
                    _ = into.Append("? ");
                    Quote(entry.Key, into);
                    _ = into.Append(" : ");
                    Write(entry.Value, into);
                }, into);
                break;
        }
    }

    private static void Between<T>(char open, char close, ImmutableArray<T> items, Action<T> write, StringBuilder into)
    {
        _ = into.Append(open);
        foreach (var item in items)
        {
            write(item);
            _ = into.Append(", ");
        }

        _ = into.Append(close);
    }

    private static void Quote(string text, StringBuilder into)
    {
        _ = into.Append('"');
        foreach (var c in text)
        {
            _ = c is >= ' ' and <= '~' and not ('"' or '\\') ? into.Append(c) : into.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
        }

        _ = into.Append('"');
    }

    private static bool IsLarge(Scenario scenario) =>
        scenario.Phases.Any(phase => phase.Hold.Seconds > MostSeconds || phase.Action is not (HoldAction or LoadAction))
        || scenario.Actions<LoadAction>().Any(load => load.Swarm.Connections > MostConnections || load.Swarm.Shape != LoadShape.Burst);
}
