using System.Collections.Immutable;
using LoadLab.Model;
using LoadLab.Reporting.Series;

namespace LoadLab.Reporting.Html;

/// <summary>What one plot over time shows.</summary>
/// <param name="Id">Of the figure, within its variant.</param>
/// <param name="Title">What it shows, without the unit.</param>
/// <param name="Unit">Of the axis up.</param>
/// <param name="Lines">What is drawn.</param>
/// <param name="Limits">Lines across: a limit, with its name.</param>
internal sealed record TimePanel(string Id, string Title, string Unit, ImmutableArray<TimePanel.Line> Lines, ImmutableArray<(double Value, string Name)> Limits)
{
    /// <summary>The figures of the model whose range is drawn behind the lines.</summary>
    public ImmutableArray<Predicted> Bands { get; init; } = [];

    /// <summary>A figure of the model.</summary>
    /// <param name="Series">Its name, see <see cref="BandSeries"/>.</param>
    /// <param name="Thing">What it is, for its colour.</param>
    /// <param name="Base">What is there without it, such as the descriptors that a process has open before the first connection.</param>
    public sealed record Predicted(string Series, string Thing, double Base = 0);

    /// <summary>One line.</summary>
    /// <param name="Name">One to three words.</param>
    /// <param name="Thing">What it is, for its colour.</param>
    /// <param name="Trace">Its values.</param>
    public sealed record Line(string Name, string Thing, BucketTrace Trace)
    {
        /// <summary>True for a count: before its first value it is 0.</summary>
        public bool FromZero { get; init; }
    }
}
