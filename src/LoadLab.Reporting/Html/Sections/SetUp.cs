using System.Xml.Linq;
using LoadLab.Model;
using static LoadLab.Reporting.Html.Markup;

namespace LoadLab.Reporting.Html;

/// <summary>The scenario in its author's words, what was asked, what the kernel made of it, and the host.</summary>
internal static class SetUp
{
    public static XElement Of(Plan plan, RunDocument run) => Parts.Section(
        "setup",
        "Scenario, settings, host",
        plan.About.Length == 0 ? null : Element("p", plan.About.Trim()),
        Classed("div", "plots", Host(plan.Host), plan.Variants.Select(variant => Element("div", OfVariant(variant, run, plan.Variants.Length > 1)))));

    private static IEnumerable<XElement> OfVariant(VariantPlan variant, RunDocument run, bool isOneOfSeveral)
    {
        if (isOneOfSeveral)
        {
            yield return Element("h3", $"Variant {variant.Name}");
        }

        var seen = run.Variants.FirstOrDefault(one => one.Name == variant.Name);
        yield return Parts.Facts(
            ("Server", variant.Declared.HasOwnServer ? SpecWords.Server(variant.Declared) : null),
            ("Live", ReportParts.Live(variant, seen?.Queues.Accept)),
            ("Clients", variant.Declared.HasOwnClients && variant.Declared.Phases.IsEmpty ? SpecWords.Swarm(variant.Declared.Swarm) : null),
            ("Phases", variant.Declared.Phases.IsEmpty ? null : Element(
                "ol", variant.Declared.Phases.Select(phase => Element("li", Element("strong", phase.Name), $": {SpecWords.Phase(phase)}")))));
        yield return Parts.Behind($"All settings ({variant.Settings.Count})", Parts.Table(
            "named",
            "As a scenario file and --set name them",
            ["Name", "Value"],
            variant.Settings.Select(pair => new object?[] { Classed("span", "code", pair.Key), pair.Value })));
        if (!variant.Predictions.IsEmpty)
        {
            yield return Parts.Behind($"All predictions ({variant.Predictions.Length})", Parts.Table(
                "named",
                "Made before the run",
                ["Name", "Value", "Rule, and its place in the kernel"],
                variant.Predictions.Select(prediction => new object?[]
                {
                    Classed("span", "code", prediction.Name),
                    SpecWords.Range(prediction.Range, prediction.Unit),
                    new object?[] { $"{prediction.Rule}. ", Classed("span", "code soft", prediction.KernelSource) },
                })));
        }
    }

    private static XElement Host(HostFacts host) => Parts.Facts(
        ("Kernel", $"{host.Kernel}, {host.Machine}, {host.Cores} cores"),
        ("Sandbox", host.SandboxCommand.Length == 0
            ? EnumWords<SandboxKind>.Of(host.Sandbox)
            : new object?[] { $"{EnumWords<SandboxKind>.Of(host.Sandbox)}: ", Classed("span", "code", host.SandboxCommand) }),
        ("Rights", host.IsRoot ? "root over its kernel" : "an ordinary user"),
        ("RLIMIT_NOFILE", $"soft {host.NofileSoft}, hard {host.NofileHard}"),
        ("Sysctls refused", host.SysctlsRefused.IsEmpty ? null : Element("ul", host.SysctlsRefused.Select(pair => Element("li", $"{pair.Key}: {pair.Value}")))),
        ("Versions", $"LoadLab {host.Version}, {host.Runtime}"));
}
