using System.Text;
using LoadLab.Model;

namespace LoadLab.Judging.Tests.Quantities;

/// <summary>docs/reference/quantities.md and witnesses.md, made from the rows.</summary>
internal static class QuantityReference
{
    private const string Made =
        "This page is made from the rows in `src/LoadLab.Model/Quantities`; `LOADLAB_WRITE_DOCS=1 dotnet test tests/LoadLab.Judging.Tests` makes it again.";

    private const string QuantitiesHead = $$"""
        # Quantities

        A quantity is something that is true of a run at a moment. An expectation names one: `- {claim: "...", quantity: established}`.
        The kernel's rules predict it, and its witnesses are asked. `witnesses:` asks others, `expected:` states a value, `at: PHASE` asks at a phase's end.
        {{Made}}

        """;

    private const string WitnessesHead = $$"""
        # Witnesses

        A witness is an instrument that can be asked for one figure. Two witnesses of one family read the same figure of the kernel:
        they confirm the reading, not the figure. `NAME@PHASE` asks at the end of a phase. `A - B` and `A / B` ask for a difference or a ratio.
        {{Made}}

        """;

    public static string Quantities()
    {
        var text = new StringBuilder(QuantitiesHead);
        foreach (var (isOfPhase, title) in new[] { (true, "At a phase's end, and at the run's"), (false, "Known once for a run") })
        {
            text.Append($"\n## {title}\n\n| quantity | unit | meaning | witnesses | kernel source |\n|---|---|---|---|---|\n");
            foreach (var row in Model.Quantities.All.Where(row => row.IsOfPhase == isOfPhase))
            {
                var witnesses = string.Join(", ", row.Witnesses.Select(use => $"`{use.Term}`{When(use.Given)}"));
                var why = row.NotWitnessed is { } reason ? $"none by default: {reason}" : "";
                var unpredicted = row.NotPredicted is { } not ? $" Not predicted: {not}." : "";
                text.Append($"| `{row.Name}` | {row.Unit} | {row.Meaning}{unpredicted} | {witnesses}{why} | {row.KernelSource} |\n");
            }
        }

        Parameters(text, Model.Quantities.All.Select(row => row.Parameter));
        return text.ToString();
    }

    public static string Witnesses()
    {
        var text = new StringBuilder(WitnessesHead);
        foreach (var family in Enum.GetValues<WitnessFamily>())
        {
            var rows = Model.Witnesses.All.Where(row => row.Family == family).ToList();
            if (rows.Count > 0)
            {
                text.Append(
                    $"\n## Family `{EnumWords<WitnessFamily>.Of(family)}`\n\n| witness | unit | meaning | read by | kernel source |\n|---|---|---|---|---|\n");
                rows.ForEach(row => text.Append($"| `{row.Name}` | {row.Unit} | {row.Meaning} | {row.Sampler.Name} | {row.KernelSource} |\n"));
            }
        }

        text.Append("\n## Who reads them\n\n| reader | what it does | lost with |\n|---|---|---|\n");
        foreach (var sampler in Sampler.All)
        {
            text.Append($"| {sampler.Name} | {sampler.Meaning} | {string.Join(", ", sampler.BlindedBy)} |\n");
        }

        Parameters(text, Model.Witnesses.All.Select(row => row.Parameter));
        return text.ToString();
    }

    private static void Parameters(StringBuilder text, IEnumerable<Parameter?> parameters)
    {
        text.Append("\n## What stands in a name\n\n| in the name | meaning | for example |\n|---|---|---|\n");
        foreach (var one in parameters.OfType<Parameter>().DistinctBy(one => (one.Placeholder, one.Meaning)))
        {
            text.Append($"| `{one.Placeholder}` | {one.Meaning} | {string.Join(", ", one.Known.Take(4).Select(known => $"`{known}`"))} |\n");
        }
    }

    private static string When(Given given) => given == Given.Always
        ? ""
        : $" (given {string.Join(", ", Enum.GetValues<Given>().Where(one => one != Given.Always && given.HasFlag(one)).Select(EnumWords<Given>.Of))})";
}
