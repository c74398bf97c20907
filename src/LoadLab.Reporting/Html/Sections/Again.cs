using System.Xml.Linq;
using LoadLab.Model;
using static LoadLab.Reporting.Html.Markup;

namespace LoadLab.Reporting.Html;

/// <summary>How to run it again, and the files beside the page.</summary>
internal static class Again
{
    public static XElement Of(Plan plan, RunDocument run) => Parts.Section(
        "again",
        "Run it again",
        Element("pre", Is("tabindex", "0"), plan.Command),
        Parts.Facts(
        [
            ("run.json", "the result in figures"),
            ("plan.json", "every prediction, written before the run"),
            ("observations.jsonl", "all that was seen"),
            ("host.json", "the machine"),
            .. run.Variants.Select(variant => variant.Packets?.Trace).OfType<string>().Select(trace => (trace, (object?)"the packets, for Wireshark")),
        ]));
}
