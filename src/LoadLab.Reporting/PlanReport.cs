using LoadLab.Model;
using Spectre.Console;

namespace LoadLab.Reporting;

/// <summary>A plan for people: settings, live values, predictions with their rules, expectations. Nothing has run yet.</summary>
public static class PlanReport
{
    /// <summary>Writes it.</summary>
    /// <param name="console">See <see cref="ReportConsole"/>.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="isWhole">False: one screen, without settings, rules and witnesses.</param>
    public static void Write(IAnsiConsole console, Plan plan, bool isWhole)
    {
        ArgumentNullException.ThrowIfNull(console);
        ArgumentNullException.ThrowIfNull(plan);
        if (!isWhole)
        {
            BriefPlan.Write(console, plan);
            return;
        }

        ReportParts.Heading(console, plan.Scenario);
        console.Write(new Text(plan.Claim));
        console.WriteLine();
        if (plan.About.Length > 0)
        {
            console.WriteLine();
            console.Write(new Text(plan.About.Trim()));
            console.WriteLine();
        }

        console.WriteLine();
        var grid = ReportParts.Labelled();
        grid.Row("kernel", $"{plan.Host.Kernel}, {plan.Host.Cores} cores, sandbox {EnumWords<SandboxKind>.Of(plan.Host.Sandbox)}");
        grid.Row("file", plan.Path);
        grid.Row("lasts", $"at most {plan.Lasts}");
        foreach (var (name, reason) in plan.Host.SysctlsRefused)
        {
            grid.Row("refused", $"{name}: {reason}");
        }

        console.Write(grid);
        foreach (var variant in plan.Variants)
        {
            WriteVariant(console, variant, plan.Variants.Length > 1);
            ConsoleReport.Lines(console, BandRows.Of(console, variant.Bands));
        }

        console.WriteLine();
        console.Write(new Text($"Nothing was run. To run it: {TypedCommand.Of(plan.Command)}"));
        console.WriteLine();
    }

    private static void WriteVariant(IAnsiConsole console, VariantPlan variant, bool isOneOfSeveral)
    {
        if (isOneOfSeveral)
        {
            ReportParts.Heading(console, $"variant {variant.Name}");
        }

        console.WriteLine();
        var grid = ReportParts.Labelled();
        if (!variant.Declared.IsSession)
        {
            grid.Row("server", SpecWords.Server(variant.Declared));
            grid.Row("live", ReportParts.Live(variant, null));
            grid.Row("workers", $"{variant.Workers}");
        }

        foreach (var phase in variant.Declared.Phases)
        {
            grid.Row("phase", $"{phase.Name}: {SpecWords.Phase(phase)}");
        }

        foreach (var note in variant.Notes)
        {
            grid.Row("note", note);
        }

        console.Write(grid);
        WriteSettings(console, variant);
        WritePredictions(console, variant);
        WriteExpectations(console, variant);
    }

    private static void WriteSettings(IAnsiConsole console, VariantPlan variant)
    {
        ReportParts.Heading(console, "settings");
        var table = ReportParts.Table("name", "value");
        foreach (var (name, value) in variant.Settings)
        {
            table.AddRow(new Text(name), new Text(value));
        }

        console.Write(table);
    }

    private static void WritePredictions(IAnsiConsole console, VariantPlan variant)
    {
        if (variant.Predictions.IsEmpty)
        {
            return;
        }

        ReportParts.Heading(console, "predictions");
        var table = ReportParts.Table("name", "value", "rule and its place in the kernel");
        foreach (var prediction in variant.Predictions)
        {
            table.AddRow(
                new Text(prediction.Name),
                new Text(SpecWords.Range(prediction.Range, prediction.Unit)),
                new Rows(new Text(prediction.Rule), new Text(prediction.KernelSource, new Style(decoration: Decoration.Dim))));
        }

        console.Write(table);
    }

    private static void WriteExpectations(IAnsiConsole console, VariantPlan variant)
    {
        if (variant.Expectations.IsEmpty)
        {
            return;
        }

        ReportParts.Heading(console, "expectations");
        var table = ReportParts.Table("claim and witnesses", "expected");
        foreach (var expectation in variant.Expectations)
        {
            var because = expectation.Because is null ? "" : $" (a range because {expectation.Because})";
            table.AddRow(
                new Rows(new Text($"{expectation.Claim}{because}"), new Text(Witnesses(expectation), new Style(decoration: Decoration.Dim))),
                new Text(expectation.Predicted.IsExact
                    ? $"{UnitText.Of(expectation.Predicted.Low, expectation.Unit)} {expectation.Unit}".TrimEnd()
                    : SpecWords.Range(expectation.Predicted, expectation.Unit)));
        }

        console.Write(table);
    }

    private static string Witnesses(PlannedExpectation expectation)
    {
        var one = WitnessText.IfOne(expectation.Witnesses.Independent());
        return $"{string.Join(", ", expectation.Witnesses)}{(one.Length > 0 ? $" ({one})" : "")}";
    }
}
