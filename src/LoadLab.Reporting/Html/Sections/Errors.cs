using System.Xml.Linq;
using LoadLab.Model;
using static LoadLab.Reporting.Html.Markup;

namespace LoadLab.Reporting.Html;

/// <summary>What went wrong, what it means and what cures it; which of the kernel's drop paths fired, and which system calls failed.</summary>
internal static class Errors
{
    public static XElement Of(RunDocument run) => Parts.Section("errors", "Refused and dropped", Parts.OfVariants(run, OfVariant));

    private static IEnumerable<XElement> OfVariant(VariantResult variant, int index)
    {
        foreach (var one in variant.Diagnoses)
        {
            yield return Element("p", Element("strong", $"{one.About}: "), one.Sentences, " ", Classed("span", "soft", $"{one.Id}; {one.KernelSource}{(one.Scenario is { } scenario ? $"; loadlab run {scenario}" : "")}"));
        }

        yield return Element("p", Element("strong", "Drop path: "), variant.DropPath.Sentence);
        if (variant.DropPath.Counts.Count > 1)
        {
            yield return Element("ul", variant.DropPath.Counts.Select(pair => Element("li", $"{pair.Key}: ", Parts.Figure($"variants/{index}/drop_path/counts/{pair.Key}", pair.Value))));
        }

        yield return variant.Errors.IsEmpty
            ? Element("p", "No system call of server or clients failed.")
            : Parts.Table(
                "stack",
                "Failed system calls; times in seconds since the run's start",
                ["errno", "Call", "#How often", "#First, s", "#Last, s", "What it means"],
                variant.Errors.Select((error, i) => Row(error, $"variants/{index}/errors/{i}")));
    }

    private static object?[] Row(ErrorFigures error, string path) =>
    [
        Classed("span", "code", $"{error.Errno.Name} ({error.Errno.Number})"),
        $"{error.Syscall} of {EnumWords<Role>.Of(error.Role)}",
        Parts.Figure($"{path}/count", error.Count),
        Parts.Time($"{path}/first_s", error.FirstS, $"{error.FirstS:0.###}"),
        Parts.Time($"{path}/last_s", error.LastS, $"{error.LastS:0.###}"),
        error.Errno.Sentence,
    ];
}
