using System.Collections.Immutable;
using System.Text.Json;
using System.Xml.Linq;
using LoadLab.Model;
using LoadLab.Reporting.Html;

namespace LoadLab.Reporting.Tests;

/// <summary>report.html is one file that says what the folder says, whatever is in the folder.</summary>
public sealed class HtmlReportTests : IDisposable
{
    private const string Evil = "</title></style></script><script>alert(1)</script><img src=x onerror=alert(2)>\"' onload='alert(3)' & \0\u0007\ud800 "
        + "javascript:alert(4)";
    private readonly string results = Directory.CreateTempSubdirectory("loadlab-html-").FullName;

    public void Dispose() => Directory.Delete(results, recursive: true);

    [Fact]
    public void ANameIsTextAndNeverMarkup()
    {
        var scenario = Stored.Scenario with { Name = Evil, Claim = Evil, Sysctls = ImmutableSortedDictionary<string, string>.Empty.Add(Evil, Evil),
            Phases = [Stored.Scenario.Phases[0] with { Name = Evil }] };
        var planned = Stored.Plan.Variants[0] with { Name = Evil, Declared = scenario, Settings = Stored.Plan.Variants[0].Settings.Add(Evil, Evil),
            Notes = [Evil] };
        var plan = Stored.Plan with { Scenario = Evil, Claim = Evil, About = Evil, Command = Evil, Path = Evil,
            Variants = [planned, planned with { Name = "other" }], Host = Stored.Plan.Host with { SandboxCommand = Evil } };
        var variant = Stored.Variant(Evil) with { Counters = ImmutableSortedDictionary<string, ulong>.Empty.Add(Evil, 1),
            Phases = [new PhaseFigures(Evil, 0, 1)], DropPath = Stored.Variant("").DropPath with { Sentence = Evil } };
        var finding = Stored.Finding(Outcome.Broken, 4) with { Claim = Evil, Sentence = Evil, Rule = Evil, KernelSource = Evil, Because = Evil, Unit = Evil,
            Variant = Evil, Witnesses = [new WitnessValue(Evil, 1)] };
        var run = Stored.Run(finding) with { Scenario = Evil, Claim = Evil, Summary = Evil, Notes = [Evil], Unfinished = Evil, Finished = false,
            Variants = [variant, variant with { Name = "other" }] };
        var page = HtmlReport.Of(Folder(plan, run, Stored.Observations.Select(one => one with { Variant = Evil })), run);

        var parsed = Parsed(page);
        Assert.DoesNotContain(parsed.Descendants(),
            element => element.Name.LocalName is "script" or "img" or "iframe" or "object" or "embed" or "link" or "base");
        Assert.DoesNotContain(parsed.Descendants().Attributes(), attribute => attribute.Name.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase)
            || attribute.Name.LocalName is "src" or "srcdoc" or "style");
        Assert.All(parsed.Descendants("a"), link => Assert.StartsWith("#", (string?)link.Attribute("href"), StringComparison.Ordinal));
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", page, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(1, Count(page, "</title></head>") + Count(page, "</style></head>"));
        Assert.Contains("<script>alert(1)</script>", parsed.Descendants("h1").Single().Value, StringComparison.Ordinal);
        Assert.DoesNotContain('\0', page);
        Assert.DoesNotContain('\ud800', page);
    }

    [Fact]
    public void TheStyleNeedsNoEncoding()
    {
        // HTML takes a style's text as it is, XML would encode these.
        var style = Parsed(Page(Stored.Run())).Descendants("style").Single().Value;
        Assert.Equal(-1, style.AsSpan().IndexOfAny('<', '>', '&'));
        Assert.DoesNotContain("url(", style, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", style, StringComparison.Ordinal);
    }

    [Fact]
    public void TheSameFolderGivesTheSamePage()
    {
        var run = Stored.Run(Stored.Finding(Outcome.Held, 5));
        var folder = Folder(Stored.Plan, run, Stored.Observations);
        HtmlReport.Write(folder, run);
        var first = File.ReadAllText(Path.Combine(folder.Path, FolderNames.Report));
        HtmlReport.Write(StoredRun.Open(folder.Path), StoredRun.Open(folder.Path).Run!);
        Assert.Equal(first, File.ReadAllText(Path.Combine(folder.Path, FolderNames.Report)));
        Assert.Empty(Directory.GetFiles(folder.Path, ".*"));
    }

    [Fact]
    public void EachOutcomeHasItsWordAndItsSign()
    {
        var page = Parsed(Page(Stored.Run(Stored.Finding(Outcome.Held, 5), Stored.Finding(Outcome.Broken, 4), Stored.Finding(Outcome.Inconclusive, null))))
            .Descendants("span").Where(span => ((string?)span.Attribute("class"))?.StartsWith("outcome", StringComparison.Ordinal) == true)
            .Select(span => span.Value);
        Assert.Equal(["✗ broken", "? inconclusive", "✓ held"], page);
    }

    [Fact]
    public void AnUnfinishedFolderHasAPage()
    {
        var run = Stored.Run() with { Finished = false, Unfinished = "still running or killed", Verdict = Outcome.Inconclusive,
            Variants = [Stored.Variant("") with { Phases = [new PhaseFigures("load", 0, null)] }] };
        var text = Parsed(HtmlReport.Of(Folder(Stored.Plan, run, Stored.Observations.Take(4)), run)).Root!.Value;
        Assert.Contains("Unfinished: still running or killed", text, StringComparison.Ordinal);
        Assert.Contains("did not end", text, StringComparison.Ordinal);
    }

    [Fact]
    public void AnErrnoHasItsMeaningAndADiagnosisItsCure()
    {
        var one = new Diagnosed("fd-limit-server", Severity.Fault, "the server", "The server had no descriptor left.", "What is queued stays queued.",
            "Raise its RLIMIT_NOFILE.", "net/socket.c __sys_accept4", "file-descriptors/emfile-accept");
        var run = Stored.Run();
        var text = Parsed(Page(run with { Variants = [run.Primary with { Diagnoses = [one] }] })).Root!.Value;
        Assert.Contains(Errno.EMFILE.Sentence, text, StringComparison.Ordinal);
        Assert.Contains($"the server: {one.Happened}Means: {one.Means}Do: {one.Cure}fd-limit-server; net/socket.c __sys_accept4; ", text,
            StringComparison.Ordinal);
        Assert.Contains("loadlab run file-descriptors/emfile-accept", text, StringComparison.Ordinal);
    }

    [Fact]
    public void ThirtyThousandConnectionsAreAllThereInLessThanAMegabyte()
    {
        const int Connections = 30_000;
        var run = Stored.Run([.. Enumerable.Range(0, 40).Select(i => Stored.Finding(Outcome.Held, 5) with { Id = $"f{i}" })]) with
        {
            Variants = [Stored.Variant("") with { Packets = new PacketFigures(4 * Connections, 0, 4 * Connections, "trace.pcapng",
                ImmutableSortedDictionary<string, long>.Empty) }],
        };
        var wire = new Wire();
        for (var i = 0; i < Connections; i++)
        {
            _ = i % 7 == 0 ? wire.Client(10_000 + i, TcpFlags.Syn, 100).After(0.1).Client(10_000 + i, TcpFlags.Syn, 100) : wire.Handshake(10_000 + i);
        }

        var folder = Folder(Stored.Plan, run, Load(Connections));
        File.WriteAllBytes(Path.Combine(folder.Path, "trace.pcapng"), wire.Bytes);
        var page = HtmlReport.Of(folder, run);
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(page), 50_000, 1_000_000);

        // Aggregated, not cut: the distribution's table adds up to all of them, and so do the examples.
        var parsed = Parsed(page);
        var latency = parsed.Descendants("figure").Single(figure => (string?)figure.Attribute("id") == "v0-latency-figure");
        Assert.Equal(Connections, latency.Descendants("tbody").Elements("tr")
            .Sum(row => row.Elements("td").Skip(1).Sum(cell => cell.Value.Length == 0 ? 0
                : long.Parse(cell.Value, System.Globalization.CultureInfo.InvariantCulture))));
        var flows = parsed.Descendants("article").Elements("h3").Select(heading => heading.Value.Split(": "))
            .ToDictionary(heading => heading[0], heading => int.Parse(heading[1], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(Connections, flows.Values.Sum());
        Assert.Equal((Connections + 6) / 7, flows["No answer"]);
    }

    // As a run of 20 s leaves it: two witnesses of eight listeners at 100 Hz, four threads that tell every 10 ms, 20,000 single records.
    private static IEnumerable<Observation> Load(int connections)
    {
        const int Ticks = 2000;
        var random = new Random(1);
        yield return new PhaseBegan("load") { T = new(0) };
        for (var tick = 0; tick < Ticks; tick++)
        {
            var at = Nanoseconds.FromMilliseconds(10 * (tick + 1));
            foreach (var witness in Enum.GetValues<ListenerWitness>())
            {
                yield return new ListenersSeen(witness, [.. Enumerable.Range(0, 8).Select(id => new ListenerView(id, random.Next(5000), 4096, 0))]) { T = at };
            }

            yield return new CountersSeen(new[] { "TcpExt.ListenOverflows", "TcpExt.ListenDrops", "TcpExt.TCPSynRetrans", "Tcp.RetransSegs",
                "TcpExt.TCPTimeouts", "TcpExt.TW" }.ToImmutableSortedDictionary(name => name, _ => (ulong)(tick * random.Next(9, 10))), 300, []) { T = at };
            yield return new PortsSeen(0, 0, connections * (long)tick / Ticks, 28_232) { T = at };
            yield return new StatesSeen(ImmutableSortedDictionary<string, long>.Empty,
                ImmutableSortedDictionary<string, long>.Empty.Add("SYN-RECV", random.Next(100))) { T = at };
            var count = (connections * (tick + 1) / Ticks) - (connections * tick / Ticks);
            var latency = new LatencyHistogram();
            for (var i = 0; i < count; i++)
            {
                latency.Add(Nanoseconds.FromSeconds(Math.Pow(10, -5 + (6 * random.NextDouble()))));
            }

            yield return new ConnectsCounted(0, tick % 4, 0, count, count, 0, [], latency, new LatencyHistogram()) { T = at };
        }

        for (var i = 0; i < 20; i++)
        {
            yield return new ConnectRecords(0, [.. Enumerable.Range(0, 1000)
                .Select(row => new ConnectRecord(0, (i * 1000) + row, row, row, row, ConnectOutcome.Established, Errno.None))]) { T = Nanoseconds.FromSeconds(
                    20) };
        }

        yield return new PhaseEnded("load", true) { T = Nanoseconds.FromSeconds(20.1) };
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private static XDocument Parsed(string page) => XDocument.Parse(page[page.IndexOf('\n', StringComparison.Ordinal)..]);

    private string Page(RunDocument run) => HtmlReport.Of(Folder(Stored.Plan, run, Stored.Observations), run);

    private StoredRun Folder(Plan plan, RunDocument run, IEnumerable<Observation> observations)
    {
        using var folder = ResultsFolder.Create(results, plan, run);
        foreach (var observation in observations)
        {
            folder.Append(JsonSerializer.SerializeToUtf8Bytes(observation, ModelJson.Default.Observation));
        }

        folder.Complete(run);
        folder.Flush();
        return StoredRun.Open(folder.Path) with { Plan = plan };
    }
}
