using System.Xml.Linq;
using LoadLab.Model;
using static LoadLab.Reporting.Html.Markup;

namespace LoadLab.Reporting.Html;

/// <summary>What went wrong, what it means and what to do; which of the kernel's drop paths fired, and which system calls failed.</summary>
internal static class Errors
{
    public static XElement Of(RunDocument run) => Parts.Section("errors", "Refused and dropped", Parts.OfVariants(run, OfVariant));

    private static IEnumerable<XElement> OfVariant(VariantResult variant, int index)
    {
        yield return Classed("div", "plots", variant.Diagnoses.Select(Card).Append(Drops(variant, index)));
        yield return variant.Errors.IsEmpty
            ? Element("p", "No system call of server or clients failed.")
            : Parts.Table(
                "stack",
                "Failed system calls; times in seconds since the run's start",
                ["errno", "Call", "#How often", "#First, s", "#Last, s", "What it means"],
                variant.Errors.Select((error, i) => Row(error, $"variants/{index}/errors/{i}")));
    }

    private static XElement Card(Diagnosed one) => Classed(
        "article",
        "card",
        Element("p", Element("strong", $"{one.About}: "), one.Happened),
        one.Means.Length == 0 ? null : Element("p", Element("strong", "Means: "), one.Means),
        one.Cure.Length == 0 ? null : Element("p", Element("strong", "Do: "), one.Cure),
        Classed("p", "soft", $"{one.Id}; {one.KernelSource}{(one.Scenario is { } scenario ? $"; loadlab run {scenario}" : "")}"));

    private static XElement Drops(VariantResult variant, int index) => Classed(
        "article",
        "card",
        Element("p", Element("strong", "Drop path: "), variant.DropPath.Sentence),
        variant.DropPath.Counts.Count > 1
            ? Element("ul", variant.DropPath.Counts.Select(pair =>
                Element("li", $"{pair.Key}: ", Parts.Figure($"variants/{index}/drop_path/counts/{pair.Key}", pair.Value))))
            : null);

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
