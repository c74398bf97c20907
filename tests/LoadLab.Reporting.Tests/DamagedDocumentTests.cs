using System.Text.Json;
using System.Text.Json.Nodes;
using LoadLab.Model;

namespace LoadLab.Reporting.Tests;

/// <summary>Each member of each document of a results folder is missing once, or something else: it is named, or the document is whole without it.</summary>
public sealed class DamagedDocumentTests : IDisposable
{
    private static readonly Finding Finding = Stored.Finding(Outcome.Held, 5);

    // The moment, members with default values, and entries of what is counted by name.
    private static readonly string[] MayBeMissing = ["t", "late", "own_times", "shed", "failed_accepts", "TcpExt.ListenDrops", "ECONNRESET"];
    private static readonly TimeBands Bands = new([new PhaseBands("load", 0.1, 4,
        System.Collections.Immutable.ImmutableSortedDictionary<string, SeriesBand>.Empty.Add(BandSeries.AcceptQueue, new([0, 5], [0, 5])))]);

    private readonly string folder = Directory.CreateTempSubdirectory("loadlab-damaged-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void APlan() => EachMember(Stored.Plan);

    // A run was planned with what a scenario file can have; with anything else its replay would have no end, or divide by it.
    [Theory]
    [InlineData("listeners", 0, "server.listeners is 0")]
    [InlineData("ports", -1, "server.ports is -1")]
    public void APlanWithAnImpossibleNumberIsDamaged(string member, int value, string why)
    {
        var plan = JsonSerializer.SerializeToNode(Stored.Plan, ModelJson.Default.Plan)!;
        plan["variants"]![0]!["declared"]!["server"]![member] = value;
        File.WriteAllText(Path.Combine(folder, "plan.json"), plan.ToJsonString());
        Assert.Contains(StoredRun.Open(folder).Problems, problem => problem.StartsWith($"plan.json is damaged: {why}", StringComparison.Ordinal));
    }

    [Fact]
    public void ARun() => EachMember(Stored.Run(Finding) with { Checked = new(3, [Finding], [new("syn-queue.peak", "two rules meet", "")]) });

    [Fact]
    public void AHostAndBands()
    {
        EachMember(Stored.Plan.Host);
        EachMember(new RunBands(System.Collections.Immutable.ImmutableSortedDictionary<string, TimeBands>.Empty.Add("", Bands)));
    }

    [Fact]
    public void AComparison() => EachMember(Compared.Document);

    [Fact]
    public void ASizing() => EachMember(Sized.Document);

    [Fact]
    public void ATextbook() => EachMember(TextbookReportTests.Document);

    [Fact]
    public void ASuite() => EachMember(SuiteReportTests.Suite.Document);

    [Fact]
    public void EveryLineIsWholeOrPassedOver()
    {
        foreach (var observation in Stored.Observations)
        {
            var whole = JsonSerializer.SerializeToNode(observation, ModelJson.Default.Observation)!;
            foreach (var (_, member, json) in WithoutEach(whole))
            {
                Assert.True(!JsonLines.TryParse(json, out _) || MayBeMissing.Contains(member), $"{observation}: {member}");
            }
        }
    }

    // What can be written again has every part: the serializer refuses an array that is none, as the pages do.
    private void EachMember<T>(T document)
        where T : class
    {
        var whole = JsonSerializer.SerializeToNode(document, ModelJson.Default.Options)!;
        Assert.True(Read<T>(JsonSerializer.SerializeToUtf8Bytes(whole), out var problem) is not null, problem);
        var named = 0;
        foreach (var (place, member, json) in WithoutEach(whole))
        {
            if (Read<T>(json, out problem) is { } read)
            {
                Assert.NotEmpty(JsonSerializer.SerializeToUtf8Bytes(read, ModelJson.Default.Options));
            }
            else if (member != "do")
            {
                named++;
                Assert.Equal($"document is damaged: {place} lacks '{member}'; run the scenario again", problem);
            }
        }

        Assert.True(named > 3, $"{typeof(T)}: {named}");
        foreach (var json in WithEachReplaced(whole))
        {
            // That a run has a variant is asked by StoredRun.
            if (Read<T>(json, out problem) is { } read)
            {
                Assert.True(read is RunDocument { Variants.IsEmpty: true } || JsonSerializer.SerializeToUtf8Bytes(read, ModelJson.Default.Options).Length > 0);
            }
            else
            {
                Assert.StartsWith("document is damaged: ", problem, StringComparison.Ordinal);
            }
        }
    }

    private T? Read<T>(byte[] json, out string? problem)
        where T : class
    {
        File.WriteAllBytes(Path.Combine(folder, "document"), json);
        return StoredDocument.Read<T>(folder, "document", out problem);
    }

    private static IEnumerable<(string Place, string Member, byte[] Json)> WithoutEach(JsonNode whole)
    {
        foreach (var (parent, name, value) in Members(whole).ToList())
        {
            var at = parent.IndexOf(name);
            parent.RemoveAt(at);
            yield return (parent.Parent is null ? "the document" : parent.GetPath()[2..], name, JsonSerializer.SerializeToUtf8Bytes(whole));
            parent.Insert(at, name, value);
        }
    }

    private static IEnumerable<byte[]> WithEachReplaced(JsonNode whole)
    {
        foreach (var (parent, name, value) in Members(whole).ToList())
        {
            foreach (var other in (JsonNode?[])[null, -1, "x", true, new JsonArray(), new JsonObject()])
            {
                parent[name] = other;
                yield return JsonSerializer.SerializeToUtf8Bytes(whole);
            }

            parent[name] = value;
        }
    }

    private static IEnumerable<(JsonObject Parent, string Name, JsonNode? Value)> Members(JsonNode? node) => node switch
    {
        JsonObject parent => parent.SelectMany(member => Members(member.Value).Prepend((parent, member.Key, member.Value))),
        JsonArray list => list.SelectMany(Members),
        _ => [],
    };
}
