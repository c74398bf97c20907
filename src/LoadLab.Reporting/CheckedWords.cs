using LoadLab.Model;

namespace LoadLab.Reporting;

/// <summary>The further quantities of a run in one line.</summary>
internal static class CheckedWords
{
    /// <summary>How many are as predicted, how many are not, how many are open; null when none was checked.</summary>
    public static string? Of(RunDocument run)
    {
        var (agreed, differing, open) = (run.Checked.Agreed, run.Checked.Differing.Length, run.Checked.Undetermined.Length);
        return agreed + differing == 0 ? null
            : $"{agreed} further {(agreed == 1 ? "quantity" : "quantities")} as "
            + $"predicted{(differing == 0 ? "" : $", {differing} not")}{(open == 0 ? "" : $", {open} undetermined")}";
    }
}
