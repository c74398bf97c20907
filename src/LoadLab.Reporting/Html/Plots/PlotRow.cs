using System.Collections.Immutable;
using System.Xml.Linq;
using LoadLab.Model;

namespace LoadLab.Reporting.Html;

/// <summary>A kind of plot: how it is drawn, and what it is evidence of.</summary>
/// <param name="Id">Part of the figure's id.</param>
/// <param name="Draw">The figures; none where the run has nothing to show.</param>
internal sealed record PlotRow(string Id, Func<PlotContext, IEnumerable<XElement>> Draw)
{
    /// <summary>Beginnings of the names of witnesses whose values it shows.</summary>
    public ImmutableArray<string> Witnesses { get; init; } = [];

    /// <summary>Beginnings of the names of diagnoses that are seen in it.</summary>
    public ImmutableArray<string> Diagnoses { get; init; } = [];

    /// <summary>How well it shows what the first witness of a finding says: 0 for not at all.</summary>
    public int Shows(Finding finding) => finding.Witnesses.IsEmpty ? 0 : Longest(Witnesses, finding.Witnesses[0].Name);

    /// <summary>How well it shows a diagnosis: 0 for not at all.</summary>
    public int Shows(Diagnosed diagnosed) => Longest(Diagnoses, diagnosed.Id);

    private static int Longest(ImmutableArray<string> beginnings, string name) =>
        beginnings.Where(beginning => name.StartsWith(beginning, StringComparison.Ordinal)).Select(beginning => beginning.Length).DefaultIfEmpty().Max();
}
