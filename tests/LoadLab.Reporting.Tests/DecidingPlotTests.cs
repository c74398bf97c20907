using System.Collections.Immutable;
using LoadLab.Judging.Diagnoses;
using LoadLab.Model;
using LoadLab.Reporting.Html;
using static LoadLab.Reporting.Html.Markup;

namespace LoadLab.Reporting.Tests;

/// <summary>The plot at the top of a page is chosen by rows of a table, which has to know every diagnosis and witness.</summary>
public sealed class DecidingPlotTests
{
    // Sessions and probes have no time line: their figures are answers of single calls.
    private static readonly string[] WithoutPlot = ["session.", "probe.", "tool.", "cpu.", "packets.client.SEGMENT", "packets.server.SEGMENT"];

    // All plots are there.
    private static readonly ImmutableArray<(PlotRow Row, System.Xml.Linq.XElement Figure)> All =
        [.. PlotCatalogue.All.Select(row => (row, Element("figure", Is("id", row.Id))))];

    public static TheoryData<string> Faults => [.. DiagnosisCatalogue.All.Where(row => row.Severity == Severity.Fault).Select(row => row.Id)];

    public static TheoryData<string> Asked =>
        [.. Witnesses.All.Select(row => row.Name).Distinct().Where(name => !WithoutPlot.Any(none => name.StartsWith(none, StringComparison.Ordinal)))];

    [Theory]
    [MemberData(nameof(Faults))]
    public void EachFaultIsSeenInAPlot(string id) => Assert.Contains(PlotCatalogue.All, row => row.Shows(Diagnosed(id)) > 0);

    [Theory]
    [MemberData(nameof(Asked))]
    public void EachWitnessHasAPlot(string name) => Assert.Contains(PlotCatalogue.All, row => row.Shows(Finding(Outcome.Held, name)) > 0);

    [Fact]
    public void EachBeginningIsOneOfADiagnosisAndOfAWitness()
    {
        var ids = DiagnosisCatalogue.All.Select(row => row.Id).ToList();
        Assert.DoesNotContain(PlotCatalogue.All.SelectMany(row => row.Diagnoses), beginning => !ids.Exists(id => Begins(id, beginning)));
        var names = Witnesses.Names.ToList();
        Assert.DoesNotContain(PlotCatalogue.All.SelectMany(row => row.Witnesses), beginning => !names.Exists(name => Begins(name, beginning)));
    }

    [Theory]
    [InlineData("sock_diag.accept-queue.last@hold", "accept-queue")]
    [InlineData("clients.pending", "connects")]
    [InlineData("clients.latency.max", "latency")]
    [InlineData("sock_diag.client.TIME-WAIT.last", "states")]
    [InlineData("sock_diag.server.SYN-RECV.peak", "syn-queue")]
    [InlineData("packets.retransmits.SYN", "retransmits")]
    public void ABrokenFindingDecides(string witness, string plot) =>
        Assert.Equal(plot, Chosen([Finding(Outcome.Held, "counters.TcpExt.ListenDrops"), Finding(Outcome.Broken, witness)], "ports-exhausted"));

    [Fact]
    public void ADiagnosisDecidesWhereNothingIsBroken() =>
        Assert.Equal("ports", Chosen([Finding(Outcome.Held, "clients.latency.max")], "ports-exhausted"));

    [Fact]
    public void WhatMostFindingsAreAboutDecidesWhereNothingWentWrong() => Assert.Equal(
        "latency", Chosen([Finding(Outcome.Held, "clients.latency.max"), Finding(Outcome.Held, "clients.latency.min"), Finding(Outcome.Held, "counters.X")]));

    [Fact]
    public void AFindingWithoutAPlotIsPassedOver() =>
        Assert.Equal("ports", Chosen([Finding(Outcome.Broken, "session.a.b.errno.number")], "ports-exhausted"));

    private static bool Begins(string name, string beginning) => name.StartsWith(beginning, StringComparison.Ordinal);

    private static string Chosen(ImmutableArray<Finding> findings, params string[] faults)
    {
        var variant = Stored.Variant("") with { Diagnoses = [.. faults.Select(Diagnosed)] };
        return DecidingPlot.Of(Stored.Run([.. findings]) with { Variants = [variant] }, variant, All)!.Row.Id;
    }

    private static Diagnosed Diagnosed(string id) => new(id, Severity.Fault, "", "", "", "", "", null);

    private static Finding Finding(Outcome outcome, string witness) => Stored.Finding(outcome, 1) with { Witnesses = [new(witness, 1)] };
}
