using System.Text;
using LoadLab.Judging.Diagnoses;
using LoadLab.Model;

namespace LoadLab.Judging.Tests.Diagnoses;

/// <summary>docs/reference/diagnoses.md, made from the rows.</summary>
internal static class DiagnosisReference
{
    private const string Head = """
        # Diagnoses

        What goes wrong, how LoadLab knows it, what it means and how to fix it. `run`, `compare`, `inspect` and the report's page make these from
        the same facts.
        This page is made from the catalogue in `src/LoadLab.Judging/Diagnoses`; `LOADLAB_WRITE_DOCS=1 dotnet test tests/LoadLab.Judging.Tests` makes it again.

        A *fault* and a *risk* make `loadlab inspect` exit with 1; what could not be seen and notes do not.
        """;

    public static string Generate()
    {
        var text = new StringBuilder(Head).Append('\n');
        foreach (var (severity, title) in new[] { (Severity.Fault, "Faults"), (Severity.Risk, "Risks"), (Severity.Unseen, "Not seen"),
            (Severity.Note, "Notes") })
        {
            text.Append($"\n## {title}\n");
            foreach (var row in DiagnosisCatalogue.All.Where(row => row.Severity == severity))
            {
                text.Append($"\n### {row.Id}\n\n{row.Title}.\n\n- *When*: {row.When}\n");
                Add(text, "Means", row.Means);
                Add(text, "Cure", row.Cure);
                Add(text, "A cause of", string.Join(", ", row.Explains.Select(Link)));
                Add(text, "Speaks instead of", string.Join(", ", row.Replaces.Select(Link)));
                Add(text, "Kernel", $"`{row.KernelSource}`");
                Add(text, "Shown by", row.Scenario is { } scenario ? $"`loadlab run {scenario}`" : "");
            }
        }

        text.Append(
            "\n## Drop paths\n\nWhat `drop_path` in run.json, and the attribute `loadlab.drop.path` of `loadlab.server.listen.drops`, can say, beside "
            + "`none` and `unknown`.\n\n| path | packets of | what happened |\n|---|---|---|\n");
        foreach (var path in DiagnosisCatalogue.All.Where(row => row.DropPath is not null).GroupBy(row => row.DropPath))
        {
            text.Append($"| `{path.Key}` | {string.Join(", ", path.Select(row => Link(row.Id)))} | {string.Join("; ", path.Select(row => row.Title))} |\n");
        }

        return text.ToString();
    }

    private static void Add(StringBuilder text, string label, string what)
    {
        if (what.Length > 0)
        {
            text.Append($"- *{label}*: {what}\n");
        }
    }

    private static string Link(string id) => $"[{id}](#{id})";
}
