namespace LoadLab.Reporting;

/// <summary>How much of a run a console shows.</summary>
public enum ReportDetail
{
    /// <summary>One line: verdict, scenario, folder.</summary>
    Quiet,

    /// <summary>Verdict, answer, a line for each finding; what is not as predicted in full.</summary>
    Brief,

    /// <summary>The same with the witnesses and the rule of every finding.</summary>
    Witnesses,

    /// <summary>The same with everything else: what was asked, figures, packets, errors.</summary>
    All,
}
