using System.Text;
using System.Text.Json;
using LoadLab.Cli;
using LoadLab.Judging;
using LoadLab.Model;
using LoadLab.Reporting;

namespace LoadLab.Fuzz;

/// <summary>Results folders as <c>report</c> and <c>merge</c> read them, and the lines of observations.jsonl.</summary>
/// <remarks>A folder is one input: each file follows a line <c>==> NAME &lt;==</c>.</remarks>
internal static class FolderTargets
{
    private const string Head = "==> ", Tail = " <==\n";
    private static readonly string[] Files = ["host.json", "plan.json", "run.json", "bands.json", "observations.jsonl", "trace.pcapng", "compare.json",
        "size.json", "suite.json"];
    private static readonly Lazy<Plan> PlanOfRun = new(ReadPlan);
    private static readonly int[] Answers = [ExitStatus.Held, ExitStatus.Broken, ExitStatus.BadInput, ExitStatus.Inconclusive];
    private static readonly string[] Words = ["null", "true", "false", "{}", "[]", "\"\"", "{\"kind\":\"", "\"t\":", "\"variant\":\"", "\"variants\":[",
        "\"findings\":[",
        "\"phase\":\"load\"", "\"observed\":", "\"predictions\":[", "\"low\":", "\"high\":", "\"connections\":", "\"name\":\"", "\\ud800",
        "\n{\"kind\":\"note\",\"text\":\"x\"}\n"];

    public static FuzzTarget Report { get; } = Of("report", folder => ["report", folder]);

    public static FuzzTarget Merge { get; } = Of("merge", folder => ["merge", folder, "--out", Path.Combine(FuzzFolder.Path, "merged")]);

    public static FuzzTarget Observations { get; } = new("observations", TakeObservations, Words) { MostBytes = 16384, Share = 2 };

    private static FuzzTarget Of(string name, Func<string, string[]> command) => new(name, input => TakeFolder(input, command), Words)
    {
        MostBytes = 64 << 10,
        Share = 3,
        Patience = TimeSpan.FromSeconds(60),
        MostAllocatedBytes = 1L << 30,
    };

    private static void TakeFolder(ReadOnlySpan<byte> input, Func<string, string[]> command)
    {
        var folder = Path.Combine(FuzzFolder.Path, "folder");
        Empty(folder);
        Empty(Path.Combine(FuzzFolder.Path, "merged"));
        foreach (var (name, content) in Split(input))
        {
            File.WriteAllBytes(Path.Combine(folder, name), content);
        }

        var status = CommandLine.RunAsync(command(folder)).GetAwaiter().GetResult();
        Invariant.Holds(Answers.Contains(status));

        // A page that was written is whole.
        var page = Path.Combine(folder, "report.html");
        Invariant.Holds(!File.Exists(page) || File.ReadAllText(page).TrimEnd().EndsWith("</html>", StringComparison.Ordinal));
    }

    private static void TakeObservations(ReadOnlySpan<byte> input)
    {
        var plan = PlanOfRun.Value;
        var evidence = new Evidence(plan);
        var read = 0;
        using var stream = new MemoryStream(input.ToArray());
        var counts = JsonLines.Read(stream, observation =>
        {
            read++;
            evidence.Fold(observation);

            // Written and read again it is the same line.
            var line = JsonSerializer.SerializeToUtf8Bytes(observation, ModelJson.Default.Observation);
            Invariant.Holds(JsonLines.TryParse(line, out var again));
            Invariant.Holds(line.AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(again!, ModelJson.Default.Observation)));
        });
        Invariant.Same(counts.Read, read);
        var lines = Encoding.Latin1.GetString(input).Split('\n').Count(line => line.Trim('\r').Trim(' ').Length > 0);
        Invariant.Same(counts.Read + counts.Unreadable + (counts.IsLastLineCut ? 1 : 0), lines);
        var run = RunDocuments.Build(plan, evidence, Judge.Decide(plan, evidence), TimeSpan.FromSeconds(1), finished: true, null);
        Invariant.Holds(JsonSerializer.Serialize(run, ModelJson.Default.RunDocument).Length > 0);
        Invariant.Holds(run.Variants.All(variant => variant.Connections is null or { Attempted: >= 0 }));
    }

    private static Plan ReadPlan()
    {
        using var resource = typeof(FolderTargets).Assembly.GetManifestResourceStream("accept-queue")!;
        using var whole = new MemoryStream();
        resource.CopyTo(whole);
        return JsonSerializer.Deserialize(Split(whole.ToArray()).Single(file => file.Name == "plan.json").Content, ModelJson.Default.Plan)!;
    }

    private static void Empty(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder);
    }

    private static List<(string Name, byte[] Content)> Split(ReadOnlySpan<byte> input)
    {
        var files = new List<(string, byte[])>();
        var (head, tail) = (Encoding.UTF8.GetBytes(Head), Encoding.UTF8.GetBytes(Tail));
        for (var rest = input; rest.IndexOf(head) is >= 0 and var at; )
        {
            rest = rest[(at + head.Length)..];
            var end = rest.IndexOf(tail);
            if (end < 0)
            {
                break;
            }

            var name = Encoding.UTF8.GetString(rest[..end]);
            rest = rest[(end + tail.Length)..];
            var next = rest.IndexOf(head);
            if (Files.Contains(name))
            {
                files.Add((name, rest[..(next < 0 ? rest.Length : next)].ToArray()));
            }
        }

        return files;
    }
}
