using System.Collections.Immutable;

namespace LoadLab.Reporting;

/// <summary>A file that LoadLab writes into a results folder.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Content">What it has in it.</param>
internal sealed record ResultFile(string Name, string Content)
{
    /// <summary>Of a run.</summary>
    public static ImmutableArray<ResultFile> OfRun { get; } =
    [
        new(FolderNames.Host, "kernel, processors, limits, sysctls and versions at the start"),
        new(FolderNames.Plan, "every number as resolved on this host and every prediction; written before the run's first system call"),
        new(FolderNames.Bands, "what the kernel model predicts over time, as ranges step by step; after a replay what that gave. Missing where it has no rule"),
        new(FolderNames.Observations, "everything that was observed, one JSON object a line; reports are made from it"),
        new(FolderNames.Run, "the result in figures; `\"finished\": false` while the run goes on"),
        new(FolderNames.Report, "the run as a page for a browser: one file, offline"),
        new("subject.log", "what an external server wrote to its standard output and error, at most 16 MB"),
    ];

    /// <summary>Of a comparison.</summary>
    public static ImmutableArray<ResultFile> OfComparison { get; } =
    [
        new(FolderNames.Comparison, "all tunings side by side, in figures"),
        new(FolderNames.ComparisonText, "the same for a pull request"),
        new(FolderNames.Report, "the same as a page for a browser"),
        new(ResultShape.GoingOn, "locked while the comparison goes on"),
    ];

    /// <summary>Of a sizing.</summary>
    public static ImmutableArray<ResultFile> OfSizing { get; } =
    [
        new(FolderNames.Sizing, "the answer, every value that was run, what the model gave and lines to paste"),
        new(FolderNames.SizingText, "the same for a pull request"),
        new(FolderNames.Report, "the same as a page for a browser, with the curve of the condition's quantity over the setting"),
        new(ResultShape.GoingOn, "locked while the search goes on"),
    ];

    /// <summary>Of a suite.</summary>
    public static ImmutableArray<ResultFile> OfSuite { get; } =
    [
        new(FolderNames.Suite, "each scenario with its verdict, its time and the name of its folder"),
        new(FolderNames.SuiteText, "the same for a pull request, with what is not as predicted"),
        new(FolderNames.Index, "the same as a page for a browser, with a link to each run's `report.html`"),
        new(ResultShape.GoingOn, "locked while the suite goes on"),
    ];

    /// <summary>Of a textbook.</summary>
    public static ImmutableArray<ResultFile> OfTextbook { get; } =
    [
        new(FolderNames.Textbook, "each claim with its verdict and witnesses"),
        new(FolderNames.TextbookText, "the same for people, with a diagram of the states"),
        new(ResultShape.GoingOn, "locked while the textbook goes on"),
    ];
}
