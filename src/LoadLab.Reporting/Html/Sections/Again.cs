using System.Xml.Linq;
using LoadLab.Model;
using static LoadLab.Reporting.Html.Markup;

namespace LoadLab.Reporting.Html;

/// <summary>How to run it again, and what lies beside the page.</summary>
internal static class Again
{
    public static XElement Of(Plan plan, RunDocument run) => Parts.Section(
        "again",
        "Run it again",
        Element("pre", Is("tabindex", "0"), plan.Command),
        Element("p", "Files of this run: run.json (the result in figures), plan.json (every prediction, written before the run), observations.jsonl (all that was seen), host.json", Traces(run), "."));

    private static string Traces(RunDocument run) => string.Concat(run.Variants.Select(variant => variant.Packets?.Trace).OfType<string>().Select(trace => $", {trace} (the packets, for Wireshark)"));
}
