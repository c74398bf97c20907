using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using LoadLab.Model;

namespace LoadLab.Reporting.Tests;

public class JsonLinesTests
{
    private static readonly string[] Lines = [.. Stored.Observations.Select(one => JsonSerializer.Serialize(one, ModelJson.Default.Observation))];

    [Fact]
    public void WhatWasWrittenIsReadBackInOrder()
    {
        var (counts, seen) = Read(string.Join('\n', Lines) + "\n");
        Assert.Equal(new LineCounts(Lines.Length, 0, false), counts);
        Assert.Equal(Lines, seen.Select(one => JsonSerializer.Serialize(one, ModelJson.Default.Observation)));
    }

    [Fact]
    public void WhatAnotherToolSaysIsReadBack()
    {
        var line = JsonSerializer.Serialize<Observation>(
            new ToolFigures("NBomber", "connect", IsFinal: true, 1929, 71,
                System.Collections.Immutable.ImmutableSortedDictionary<string, long>.Empty.Add("ETIMEDOUT",
                    71), 1.0368, 5.12819, 7.14342, 7.1444), ModelJson.Default.Observation);
        Assert.Equal(line, JsonSerializer.Serialize(Assert.Single(Read(line + "\n").Seen), ModelJson.Default.Observation));
    }

    [Fact]
    public void ALastLineThatIsCutIsReportedAndTheOthersAreKept()
    {
        var text = string.Join('\n', Lines);
        var (counts, seen) = Read(text[..^5]);
        Assert.Equal(new LineCounts(Lines.Length - 1, 0, true), counts);
        Assert.Equal(Lines.Length - 1, seen.Count);
    }

    [Fact]
    public void ALastLineThatLacksOnlyItsEndIsRead() => Assert.Equal(new LineCounts(Lines.Length, 0, false), Read(string.Join('\n', Lines)).Counts);

    [Theory]
    [InlineData("9223372036854775807")]
    [InlineData("-1")]
    public void MoreSocketsThanAnyKernelHasArePassedOver(string count) => Assert.Equal(
        new LineCounts(0, 1, false), Read($"{{\"kind\":\"states-seen\",\"client\":{{\"SYN-SENT\":{count}}},\"server\":{{}}}}\n").Counts);

    [Fact]
    public void CountersWithoutTheListOfAbsentOnesArePassedOver() => Assert.Equal(
        new LineCounts(1, 1, false),
        Read("{\"kind\":\"counters-seen\",\"delta\":{},\"known\":3}\n{\"kind\":\"counters-seen\",\"delta\":{},\"known\":3,\"absent\":[]}\n").Counts);

    [Theory]
    [InlineData("\"own_times\":[{\"tenth\":1,\"is_failed\":false}]")]
    [InlineData("\"own_times\":[null]")]
    [InlineData("\"failures\":[null]")]
    [InlineData("\"attempted\":-1")]
    [InlineData("\"established\":9223372036854775807")]
    [InlineData("\"latency\":{\"min\":7,\"max\":0,\"buckets\":[[7,1]]}")]
    [InlineData("\"latency\":{\"min\":-7,\"max\":7,\"buckets\":[[7,1]]}")]
    [InlineData("\"latency\":{\"min\":7,\"max\":7,\"buckets\":[[7,9223372036854775807]]}")]
    [InlineData("\"variant\":null")]
    public void ALineWithAPartThatIsMissingIsPassedOver(string part)
    {
        var whole = Lines.Single(line => line.Contains("connects-counted", StringComparison.Ordinal));
        Assert.Equal(1, Read($"{whole[..^1]},{part}}}\n{whole}\n").Counts.Unreadable);
    }

    [Theory]
    [InlineData("noise noise noise")]
    [InlineData("{\"noise\":1}")]
    [InlineData("{\"kind\":\"note\",\"text\":")]
    public void AFileOfSomethingElseIsGivenUpSoon(string line)
    {
        var began = TimeProvider.System.GetTimestamp();
        var (counts, seen) = Read(string.Concat(Enumerable.Repeat(line + "\n", 2_000_000)));
        Assert.True(counts.IsGivenUp);
        Assert.InRange(counts.Unreadable, 10_000, 20_000);
        Assert.Empty(seen);

        // With an exception for each line it took 41 seconds.
        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 0, 10);
    }

    [Fact]
    public void ManyUnreadableLinesAmongMoreThatAreReadArePassedOver()
    {
        var (counts, _) = Read(string.Concat(Enumerable.Repeat($"{Lines[0]}\n{Lines[0]}\nnoise\n", 11_000)));
        Assert.Equal(new LineCounts(22_000, 11_000, false), counts);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"kind\":\"nobody-knows\",\"t\":1}")]
    [InlineData("{\"kind\":\"note\",\"t\":1}")]
    [InlineData("{\"kind\":\"phase-began\",\"phase\":7,\"t\":1}")]
    [InlineData("{\"kind\":\"tool-figures\",\"tool\":\"NBomber\",\"t\":1}")]
    [InlineData("{\"kind\":\"connects-counted\",\"worker\":0,\"latency\":{\"min\":1}}")]
    [InlineData("{\"kind\":\"connects-counted\",\"worker\":0,\"failures\":[],\"latency\":{\"min\":1,\"max\":1,\"buckets\":[[99999999,1]]}}")]
    [InlineData("{\"kind\":\"connects-counted\",\"worker\":0,\"failures\":[],\"latency\":{\"min\":1,\"max\":1,\"buckets\":[[1]]}}")]
    [InlineData("{\"kind\":\"server-tally\",\"accepted\":1,\"errors\":{\"EWHAT\":1}}")]
    [InlineData("{\"kind\":\"counters-seen\",\"delta\":{\"a\":-1},\"known\":0,\"absent\":[]}")]
    public void ALineThatIsNoObservationIsCountedAndPassedOver(string line) =>
        Assert.Equal(new LineCounts(2, 1, false), Read($"{Lines[0]}\n{line}\n{Lines[1]}\n").Counts);

    [Fact]
    public void EmptyLinesAndCarriageReturnsSayNothing() => Assert.Equal(new LineCounts(2, 0, false), Read($"\n{Lines[0]}\r\n\r\n{Lines[1]}\n\n").Counts);

    [Fact]
    public void ALineLongerThanTheBufferIsRead()
    {
        var note = JsonSerializer.Serialize<Observation>(new Note(new string('x', 300_000)), ModelJson.Default.Observation);
        Assert.Equal(new LineCounts(3, 0, false), Read($"{Lines[0]}\n{note}\n{Lines[1]}\n").Counts);
    }

    [Fact]
    public void ALineWithoutEndIsRefusedWithoutKeepingIt() =>
        Assert.Equal(new LineCounts(2, 1, false), Read($"{Lines[0]}\n{new string('x', 40_000_000)}\n{Lines[1]}\n").Counts);

    [Fact]
    public void NoCutAndNoFlippedByteThrows() =>
        Prop.ForAll(Gen.Choose(0, Lines.Length - 1).ToArbitrary(), Gen.Choose(0, 10_000).ToArbitrary(), Gen.Choose(0, 255).ToArbitrary(), (line, at, value) =>
    {
        var bytes = Encoding.UTF8.GetBytes(Lines[line]);
        _ = JsonLines.TryParse(bytes.AsSpan(0, at % bytes.Length), out var cut);
        bytes[at % bytes.Length] = (byte)value;
        _ = JsonLines.TryParse(bytes, out _);
        return cut is null;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(3_000));

    private static (LineCounts Counts, List<Observation> Seen) Read(string text)
    {
        List<Observation> seen = [];
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return (JsonLines.Read(stream, seen.Add), seen);
    }
}
