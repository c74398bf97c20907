using System.Globalization;
using System.Text;
using LoadLab.Model;

namespace LoadLab.Reporting;

/// <summary>The TCP states that were seen and the changes between them, as a Mermaid state diagram.</summary>
internal static class StateDiagram
{
    public static string Mermaid(TextbookDocument document)
    {
        var text = new StringBuilder("```mermaid\nstateDiagram-v2\n");
        foreach (var state in document.States)
        {
            text.Append(CultureInfo.InvariantCulture, $"    state \"{MarkdownText.Line(state)}\" as {Id(state)}\n");
        }

        foreach (var one in document.Transitions)
        {
            text.Append(CultureInfo.InvariantCulture, $"    {Id(one.From)} --> {Id(one.To)}{(one.By.Length == 0 ? "" : $" : {MarkdownText.Line(one.By)}")}\n");
        }

        return text.Append("```\n").ToString();
    }

    private static string Id(string state) => MarkdownText.Line(state).Replace('-', '_');
}
