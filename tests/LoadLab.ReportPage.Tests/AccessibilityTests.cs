using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace LoadLab.ReportPage.Tests;

/// <summary>Every kind of page that LoadLab writes, in light and dark, on a wide and on a narrow screen, with all that can be opened opened.</summary>
public sealed class AccessibilityTests(Browser browser, Pages pages)
{
    private const int Height = 900;
    private static readonly int[] Widths = [1400, 420];

    public static TheoryData<string> Kinds => [.. Pages.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task AxeFindsNothing(string kind)
    {
        await using var opened = await browser.OpenAsync(pages.Of(kind), Widths[0]);
        await opened.OpenAllAsync();
        var violations = new List<string>();
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            foreach (var width in Widths)
            {
                await opened.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
                await opened.Page.SetViewportSizeAsync(width, Height);

                // Every rule is run; a selector for each of thousands of elements that pass is not made.
                var result = await opened.Page.RunAxe(new AxeRunOptions { ResultTypes = [ResultType.Violations] });
                Assert.NotEmpty(result.Passes);
                violations.AddRange(result.Violations.SelectMany(rule => rule.Nodes.Select(node => $"{scheme} {width}: {rule.Id}: {rule.Help}: {node.Html}")));
            }
        }

        Assert.Empty(violations);
    }
}
