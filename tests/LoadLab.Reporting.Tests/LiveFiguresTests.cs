using System.Collections.Immutable;
using LoadLab.Model;
using LoadLab.Reporting.Live;

namespace LoadLab.Reporting.Tests;

/// <summary>The live view's state: a function of the observations and the time.</summary>
public sealed class LiveFiguresTests
{
    [Fact]
    public void BeforeTheFirstObservationItStarts()
    {
        var frame = new LiveFigures(Stored.Plan).Frame(Nanoseconds.FromSeconds(1));
        Assert.Equal((null, Stored.Plan.Lasts), (frame.Phase, frame.Left));
        Assert.Equal(["established", "waiting", "failed"], frame.Rows.Select(row => row.Name));
    }

    [Fact]
    public void EveryFigureComesFromItsObservation()
    {
        var frame = Frame(
            9,
            new PhaseBegan("load") { T = Nanoseconds.FromSeconds(6) },
            Counted(20, 5, new FailureCount("connect", Errno.EADDRNOTAVAIL, 4, default, default)),
            Counted(10, 2, new FailureCount("connect", Errno.EADDRNOTAVAIL, 1, default, default)),
            new ListenersSeen(ListenerWitness.SockDiag, [new ListenerView(0, 3, 4, 0), new ListenerView(1, 5, 4, 0)]),
            new ListenersSeen(ListenerWitness.TcpInfo, [new ListenerView(0, 1, 4, 0)]),
            new StatesSeen(ImmutableSortedDictionary<string, long>.Empty, ImmutableSortedDictionary<string, long>.Empty.Add("SYN-RECV", 17)),
            new CountersSeen(ImmutableSortedDictionary<string, ulong>.Empty.Add("TcpExt.ListenDrops", 60), 0, []),
            new PortsSeen(0, 0, 300, 1000),
            new PortsSeen(0, 1, 200, 1000),
            new DescriptorsSeen(Role.Server, 0, 380, 400, 400),
            new DescriptorsSeen(Role.Swarm, 0, 100, 2000, 4000),
            new DescriptorsSeen(Role.Swarm, 1, 1990, 2000, 4000),
            new SyscallFailed(Role.Server, 0, "accept4", Errno.EMFILE, 7, default, default),
            new SyscallFailed(Role.Server, 0, "accept4", Errno.EMFILE, 3, default, default));
        Assert.Equal(("load", Nanoseconds.FromSeconds(3), Nanoseconds.FromSeconds(1)), (frame.Phase, frame.InPhase, frame.Left));
        (string, long, long?)[] expected =
        [
            ("established", 7, null), ("waiting", 18, null), ("failed", 5, null), ("accept queue", 8, 10), ("SYN queue", 17, null), ("SYNs dropped", 60,
                null), ("ports left", 500, 1000),
            ("fds left, server", 20, 400), ("fds left, swarm", 10, 2000), ("server accept4 EMFILE", 10, null), ("swarm connect EADDRNOTAVAIL", 5, null),
        ];
        Assert.Equal(expected, frame.Rows.Select(row => (row.Name, row.Value, row.Limit)));
        Assert.Equal(2, frame.Rows.Count(row => row.IsFailure));
    }

    [Fact]
    public void TheNextVariantBeginsAtZero()
    {
        var frame = Frame(5, Counted(20, 5) with { Variant = "small" }, new PhaseBegan("load") { Variant = "large" }, Counted(3, 3) with { Variant = "large" });
        Assert.Equal(("large", 3L, 0L), (frame.Variant, frame["established"]!.Value, frame["waiting"]!.Value));
    }

    [Fact]
    public void TheSameObservationsGiveTheSameFrame() =>
        Assert.Equal(Frame(7, Stored.Observations).Line(), Frame(7, Stored.Observations).Line());

    [Fact]
    public void WhereNothingCanBeDrawnItIsOneLine() => Assert.Equal(
        "  9.0 s, 1.0 s left  load: 5 established, 14 waiting, 1 failed; accept queue 5 of 5; swarm connect EADDRNOTAVAIL 1",
        Frame(9, new PhaseBegan("load") { T = Nanoseconds.FromSeconds(6) },
            Counted(20, 5, new FailureCount("connect", Errno.EADDRNOTAVAIL, 1, default, default)), new ListenersSeen(ListenerWitness.TcpInfo,
                [new ListenerView(0, 5, 4, 0)])).Line());

    [Theory]
    [InlineData(new long[] { }, "")]
    [InlineData(new long[] { 0, 0 }, "  ")]
    [InlineData(new long[] { 0, 1, 4, 8 }, " ▁▄█")]
    [InlineData(new long[] { 1, 1000 }, "▁█")]
    [InlineData(new long[] { 9, 1, 2, 3, 4 }, "▂▄▆█")]
    [InlineData(new long[] { -3, 5 }, " █")]
    public void ASparklineIsItsLastValuesFromZeroToTheirHighest(long[] values, string expected)
    {
        var line = new Sparkline(4);
        Array.ForEach(values, line.Add);
        Assert.Equal(expected, line.Draw(isUnicode: true));
    }

    [Fact]
    public void APictureHasARowForEachFigureAndALineOfItsPast()
    {
        var picture = new LivePicture(Stored.Plan);
        var figures = new LiveFigures(Stored.Plan);
        var text = "";
        foreach (var count in (long[])[0, 10, 40, 40])
        {
            figures.Fold(Counted(count, count));
            text = Drawn(picture.Next(figures.Frame(Nanoseconds.FromSeconds(1)), isUnicode: true));
        }

        Assert.Contains("accept-queue/backlog-overflow: starting, 4 s left", text, StringComparison.Ordinal);
        Assert.Matches("established +90 +▂██", text);
        Assert.Contains("waiting", text, StringComparison.Ordinal);
    }

    private static string Drawn(Spectre.Console.Rendering.IRenderable picture)
    {
        using var writer = new StringWriter();
        ReportConsole.Create(writer, isTerminal: false, isPlain: false).Write(picture);
        return writer.ToString();
    }

    private static LiveFrame Frame(double seconds, params Observation[] observations)
    {
        var figures = new LiveFigures(Stored.Plan);
        Array.ForEach(observations, figures.Fold);
        return figures.Frame(Nanoseconds.FromSeconds(seconds));
    }

    private static ConnectsCounted Counted(long attempted, long established, params FailureCount[] failures) =>
        new(0, 0, 0, attempted, established, 0, [.. failures], new LatencyHistogram(), new LatencyHistogram());
}
