using System.Text.Json;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace LoadLab.ReportPage.Tests;

/// <summary>Every kind of page that LoadLab writes, in light and dark, on a wide and on a narrow screen, with all that can be opened opened.</summary>
public sealed class AccessibilityTests(Browser browser, Pages pages)
{
    private const int Height = 900;

    // axe's adapter for Playwright asks in parts, for the sake of frames, and carries every element that passes through three processes. These pages have
    // no frames: one call runs every rule, and only what is wrong comes back, by its markup and not by a selector, which takes a search of the page.
    private const string Run = """
        async () => {
          const result = await axe.run(document, { resultTypes: ['violations'], selectors: false });
          return {
            passes: result.passes.length,
            violations: result.violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${rule.help}: ${node.html}`)),
          };
        }
        """;

    // Colours are of the scheme and the layout is of the width: the first two meet both schemes and both widths.
    private static readonly (ColorScheme Scheme, int Width)[] Screens =
    [
        (ColorScheme.Light, 1400), (ColorScheme.Dark, 420),
        .. TestSet.IsWhole ? [(ColorScheme.Light, 420), (ColorScheme.Dark, 1400)] : Array.Empty<(ColorScheme, int)>(),
    ];

    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    public static TheoryData<string> Kinds => [.. Pages.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task AxeFindsNothing(string kind)
    {
        await using var opened = await browser.OpenAsync(pages.Of(kind), Screens[0].Width);
        await opened.OpenAllAsync();
        Assert.Equal(0, await opened.AskAsync<int>("() => window.frames.length"));
        _ = await opened.Page.EvaluateAsync(Axe);
        var violations = new List<string>();
        foreach (var (scheme, width) in Screens)
        {
            await opened.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
            await opened.Page.SetViewportSizeAsync(width, Height);
            var result = await opened.AskAsync<JsonElement>(Run);
            Assert.InRange(result.GetProperty("passes").GetInt32(), 10, int.MaxValue);
            violations.AddRange(result.GetProperty("violations").EnumerateArray().Select(one => $"{scheme} {width}: {one.GetString()}"));
        }

        Assert.Empty(violations);
    }
}
