using System.Collections.Immutable;
using LoadLab.Model;
using LoadLab.Reporting.Html;
using Spectre.Console;

namespace LoadLab.Reporting.Tests;

/// <summary>The predicted range behind the lines of the page, and as blocks in a terminal.</summary>
public sealed class BandTests
{
    private static readonly TimeBands Bands = new(
    [
        new("fill", 0.5, 2, ImmutableSortedDictionary<string, SeriesBand>.Empty.Add(BandSeries.AcceptQueue, new([0, 0, 4], [0, 5, 8]))),
        new("drain", 1, 2, ImmutableSortedDictionary<string, SeriesBand>.Empty.Add(BandSeries.AcceptQueue, new([0], [8]))),
    ]);

    [Fact]
    public void EachPhaseIsLaidAtItsRealBeginAndItsLastValueLastsToItsRealEnd()
    {
        var band = PredictedBand.Of(new(BandSeries.AcceptQueue, SeriesColour.BySockDiag, Base: 10), Bands, [new("fill", 7, 10), new("drain", 10.5, null)], 12)!;
        Assert.Equal([(7, 7.5, 10, 10), (7.5, 8, 10, 15), (8, 10, 14, 18), (10.5, 12, 10, 18)], band.Spans);
        Assert.Equal(18, band.Most);
    }

    [Fact]
    public void APhaseThatWasCutShortCutsItsBand()
    {
        var band = PredictedBand.Of(new(BandSeries.AcceptQueue, SeriesColour.BySockDiag), Bands, [new("fill", 7, 7.7)], 12)!;
        Assert.Equal([(7, 7.5, 0, 0), (7.5, 7.7, 0, 5)], band.Spans);
    }

    [Fact]
    public void AFigureThatTheModelDoesNotHaveHasNone() =>
        Assert.Null(PredictedBand.Of(new(BandSeries.SynQueue, SeriesColour.HalfOpen), Bands, [new("fill", 7, 10)], 12));

    [Fact]
    public void ATerminalShowsARowOfBlocksForEachFigure()
    {
        var rows = Rows(80);
        Assert.Equal(2, rows.Length);
        Assert.Matches(@"^predicted +0 s +4 s$", rows[0]);
        Assert.Matches(@"^accept queue +▅+█+  8, then 0\.\.8$", rows[1]);
    }

    [Fact]
    public void ATerminalWithoutRoomShowsNone() => Assert.Empty(Rows(40));

    private static string[] Rows(int width)
    {
        using var writer = new StringWriter();
        var console = ReportConsole.Create(writer, isTerminal: false, isPlain: false);
        console.Profile.Width = width;
        ConsoleReport.Lines(console, BandRows.Of(console, Bands));
        return writer.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
