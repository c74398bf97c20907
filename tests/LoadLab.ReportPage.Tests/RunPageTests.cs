using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;

namespace LoadLab.ReportPage.Tests;

/// <summary>report.html as a browser shows it.</summary>
public sealed class RunPageTests(Browser browser, Pages pages)
{
    // Text of each figure, with the place in run.json that it comes from.
    private const string Figures = "() => [...document.querySelectorAll('[data-figure]')].map(e => [e.dataset.figure, e.getAttribute('value') ?? '', "
        + "e.textContent])";
    private const string OverWide = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth";

    [Theory]
    [InlineData("run")]
    [InlineData("variants")]
    [InlineData("comparison")]
    public async Task NothingIsComplainedOfAndNothingIsLoaded(string which)
    {
        await using var page = await browser.OpenAsync(File(which), 1600);
        await page.OpenAllAsync();
        Assert.Empty(page.Complaints);
    }

    [Theory]
    [InlineData("run", "run.json", 60)]
    [InlineData("variants", "run.json", 150)]
    [InlineData("comparison", "compare.json", 30)]
    public async Task FiguresAreThoseOfTheDocumentBesideIt(string which, string name, int atLeast)
    {
        await using var page = await browser.OpenAsync(File(which), 1600);
        using var document = JsonDocument.Parse(
            await System.IO.File.ReadAllTextAsync(Path.Combine(Folder(which), name), TestContext.Current.CancellationToken));
        var figures = await page.AskAsync<string[][]>(Figures);
        Assert.True(figures.Length >= atLeast, $"{figures.Length} figures");
        foreach (var figure in figures)
        {
            var (place, value, text) = (figure[0], figure[1], figure[2]);
            var stored = Find(document.RootElement, place);
            if (stored.ValueKind == JsonValueKind.Null)
            {
                Assert.Equal("not seen", text);
                continue;
            }

            Assert.True(stored.GetDouble() == double.Parse(value, CultureInfo.InvariantCulture), $"{place}: {stored} is in {name}, {value} on the page");
            Assert.True(SaysTheSame(text, stored.GetDouble()), $"{place}: {stored} is in {name}, the page says '{text}'");
        }
    }

    [Theory]
    [InlineData("run", 400)]
    [InlineData("run", 1600)]
    [InlineData("variants", 400)]
    [InlineData("variants", 1600)]
    [InlineData("comparison", 400)]
    [InlineData("comparison", 1600)]
    public async Task ThePageFitsItsWidthWithEverythingOpened(string which, int width)
    {
        await using var page = await browser.OpenAsync(File(which), width);
        await page.PictureAsync($"{which}-{width}");
        Assert.Equal(0, await page.AskAsync<int>(OverWide));
        await page.OpenAllAsync();
        Assert.Equal(0, await page.AskAsync<int>(OverWide));
    }

    [Fact]
    public async Task DarkIsDarkAndLightIsLight()
    {
        const string Background = "() => getComputedStyle(document.documentElement).backgroundColor";
        await using var light = await browser.OpenAsync(File("run"), 1600);
        await using var dark = await browser.OpenAsync(File("run"), 1600, ColorScheme.Dark);
        await dark.PictureAsync("run-dark");
        Assert.Equal("rgb(255, 255, 255)", await light.AskAsync<string>(Background));
        Assert.Equal("rgb(17, 22, 28)", await dark.AskAsync<string>(Background));
    }

    [Theory]
    [InlineData("run")]
    [InlineData("variants")]
    public async Task TextOfPlotsStandsOutAsWcagAsks(string which)
    {
        // The ratio of WCAG 2.2, 1.4.3, which axe does not measure in SVG; 4.5 is what small text needs.
        const string Faint = """
            () => {
              const lum = c => {
                const v = c.match(/[\d.]+/g).slice(0, 3).map(x => { x /= 255; return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4; });
                return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2];
              };
              const page = lum(getComputedStyle(document.documentElement).backgroundColor);
              return [...document.querySelectorAll('svg text')].map(e => {
                const own = lum(getComputedStyle(e).fill);
                return [e.textContent, (Math.max(own, page) + 0.05) / (Math.min(own, page) + 0.05)];
              }).filter(p => p[1] < 4.5).map(p => p.join(' '));
            }
            """;
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await using var page = await browser.OpenAsync(File(which), 1600, scheme);
            Assert.Empty((await page.AskAsync<string[]>(Faint)).Distinct());
        }
    }

    [Theory]
    [InlineData("run", 420)]
    [InlineData("run", 1400)]
    [InlineData("variants", 1400)]
    public async Task NamesOfLinesDoNotCoverEachOther(string which, int width)
    {
        const string Overlapping = """
            () => [...document.querySelectorAll('svg')].flatMap(svg => {
              const texts = [...svg.querySelectorAll('text')].filter(t => t.getClientRects().length > 0).map(t => [t.textContent, t.getBoundingClientRect()]);
              return texts.flatMap(([name, one], i) => texts.slice(i + 1)
                .filter(([, other]) => one.left < other.right - 1 && other.left < one.right - 1 && one.top < other.bottom - 4 && other.top < one.bottom - 4)
                .map(([other]) => `${name} / ${other}`));
            })
            """;
        await using var page = await browser.OpenAsync(File(which), width);
        Assert.Empty(await page.AskAsync<string[]>(Overlapping));
    }

    [Theory]
    [InlineData("run", "bottom")]
    [InlineData("variants", "top")]
    public async Task TheAnswerAndItsPlotAreSeenWithoutScrolling(string which, string edge)
    {
        await using var page = await browser.OpenAsync(File(which), 1400);
        Assert.True(await page.AskAsync<double>("() => document.querySelector('#answer .answer').getBoundingClientRect().top") < 150);
        Assert.True(await page.AskAsync<double>("() => document.querySelector('#answer figure svg[role=img]').getBoundingClientRect()." + edge) < 900);
    }

    [Fact]
    public async Task OnPaperItHasTwoColumnsAndFewSheets()
    {
        await using var page = await browser.OpenAsync(File("run"), 1400);
        await page.Page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        Assert.Equal("none", await page.AskAsync<string>("() => getComputedStyle(document.querySelector('nav')).display"));
        Assert.True(await page.AskAsync<int>("() => getComputedStyle(document.querySelector('.plots')).gridTemplateColumns.split(' ').length") == 2);
        var pdf = await page.Page.PdfAsync(new PagePdfOptions { PreferCSSPageSize = true, Format = "A4" });
        var sheets = System.Text.RegularExpressions.Regex.Count(System.Text.Encoding.Latin1.GetString(pdf), @"/Type\s*/Page\b");
        Assert.InRange(sheets, 1, 5);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("variants")]
    [InlineData("comparison")]
    public async Task EveryPlotHasANameADescriptionAndItsFiguresAsText(string which)
    {
        await using var page = await browser.OpenAsync(File(which), 1600);
        Assert.Equal(1, await page.AskAsync<int>("() => document.querySelectorAll('h1').length"));
        Assert.Equal("en", await page.AskAsync<string>("() => document.documentElement.lang"));
        Assert.Empty(await page.AskAsync<string[]>(
            "() => [...document.querySelectorAll('svg[role=img]')].filter(s => s.getAttribute('aria-labelledby').split(' ').some(id => "
            + "document.querySelectorAll(`[id='${id}']`).length !== 1 || !document.getElementById(id).textContent.trim())).map(s => s.outerHTML.slice(0, "
            + "200))"));
        Assert.Empty(await page.AskAsync<string[]>(
            "() => [...document.querySelectorAll('svg[role=img]')].filter(s => !s.closest('figure, article').querySelector('details table')).map(s => "
            + "s.outerHTML.slice(0, 200))"));
        Assert.Empty(await page.AskAsync<string[]>(
            "() => [...document.querySelectorAll('svg:not([role=img])')].filter(s => !s.closest('[role=img]') && s.getAttribute('aria-hidden') !== "
            + "'true').map(s => s.outerHTML.slice(0, 200))"));
        Assert.Empty(await page.AskAsync<string[]>(
            "() => [...document.querySelectorAll('table')].filter(t => !t.caption || !t.querySelector('th[scope=col]')).map(t => t.outerHTML.slice(0, 200))"));
        Assert.Empty(await page.AskAsync<string[]>(
            "() => [...document.querySelectorAll('nav a')].filter(a => !document.querySelector(a.getAttribute('href'))).map(a => a.textContent)"));
        Assert.Equal(await page.AskAsync<int>("() => document.querySelectorAll('[id]').length"),
            await page.AskAsync<int>("() => new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size"));
    }

    [Fact]
    public async Task TheKeyboardReachesAndOpensEverything()
    {
        await using var page = await browser.OpenAsync(File("run"), 1600);
        await page.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("To the answer", await page.AskAsync<string>("() => document.activeElement.textContent"));
        await page.Page.Keyboard.PressAsync("Enter");
        Assert.Equal("#answer", await page.AskAsync<string>("() => location.hash"));

        for (var i = 0; i < 30 && await page.AskAsync<string>("() => document.activeElement.tagName") != "SUMMARY"; i++)
        {
            await page.Page.Keyboard.PressAsync("Tab");
        }

        Assert.False(await page.AskAsync<bool>("() => document.activeElement.parentElement.open"));
        await page.Page.Keyboard.PressAsync("Enter");
        Assert.True(await page.AskAsync<bool>("() => document.activeElement.parentElement.open"));
    }

    [Fact]
    public async Task AllPartsOfARunAreThere()
    {
        await using var page = await browser.OpenAsync(File("run"), 1600);
        Assert.Equal(["answer", "findings", "plots", "errors", "sequences", "figures", "setup", "again"], await page.AskAsync<string[]>(
            "() => [...document.querySelectorAll('main > section')].map(s => s.id)"));
        var flows = await page.AskAsync<string[]>(
            "() => [...document.querySelectorAll('#sequences article h3')].map(h => h.textContent.replace(/: \\d+$/, ''))");
        Assert.Contains("No answer", flows);
        Assert.Contains("Established by a retransmitted SYN", flows);
        Assert.Contains(await page.AskAsync<string[]>("() => [...document.querySelectorAll('#v0-latency-figure svg text')].map(t => t.textContent)"),
            text => text == "SYN 2: 1 s");
        Assert.Contains(await page.AskAsync<string[]>("() => [...document.querySelectorAll('#v0-accept-queue-figure svg text')].map(t => t.textContent)"),
            text => text.StartsWith("live backlog 16", StringComparison.Ordinal));
        Assert.Contains("ETIMEDOUT (110)", await page.AskAsync<string>("() => document.querySelector('#errors').textContent"), StringComparison.Ordinal);
        Assert.StartsWith("loadlab run accept-queue/slow-accept",
            (await page.AskAsync<string>("() => document.querySelector('#again pre').textContent")).TrimStart('.', '/'), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARunThatWasKilledHasAReadablePage()
    {
        Assert.SkipWhen(Browser.Program is null, "needs a browser");
        using var copy = new Cli.Tests.TemporaryFolder();
        foreach (var file in Directory.GetFiles(Folder("run")).Where(file => Path.GetFileName(file) is not ("report.html" or "run.json")))
        {
            System.IO.File.Copy(file, Path.Combine(copy.Path, Path.GetFileName(file)));
        }

        // As a kill leaves it: a line and a packet cut in two, and no result.
        foreach (var name in new[] { "observations.jsonl", "trace.pcapng" })
        {
            await using var cut = new FileStream(Path.Combine(copy.Path, name), FileMode.Open, FileAccess.Write);
            cut.SetLength((cut.Length * 2 / 3) + 1);
        }

        var called = Cli.Tests.Launcher.Run("report", copy.Path);
        Assert.Equal(3, called.Exit);
        await using var page = await browser.OpenAsync(Path.Combine(copy.Path, "report.html"), 1600);
        Assert.Empty(page.Complaints);
        Assert.Contains("Unfinished:", await page.AskAsync<string>("() => document.querySelector('#answer').textContent"), StringComparison.Ordinal);
        Assert.True(await page.AskAsync<int>("() => document.querySelectorAll('figure').length") >= 3);
    }

    private static JsonElement Find(JsonElement element, string place)
    {
        foreach (var step in place.Split('/'))
        {
            element = element.ValueKind == JsonValueKind.Array ? element[int.Parse(step, CultureInfo.InvariantCulture)]
                : element.TryGetProperty(step, out var inner) ? inner : throw new InvalidDataException($"{place}: there is no {step}");
        }

        return element;
    }

    // What is for people is rounded: to three places, or as many digits as a unit leaves.
    private static bool SaysTheSame(string text, double stored)
    {
        var parts = text.Split(' ');
        var factor = parts.Length == 1 ? 1 : parts[1] switch { "s" => 1, "ms" => 1e-3, "us" => 1e-6, _ => double.NaN };
        var said = double.Parse(parts[0], CultureInfo.InvariantCulture);
        var places = parts[0].Contains('.', StringComparison.Ordinal) ? parts[0].Length - parts[0].IndexOf('.', StringComparison.Ordinal) - 1 : 0;

        // A number without places is exact, or a rounded one that ended in zeros.
        return Math.Abs(said - (stored / factor)) <= 0.5001 * Math.Pow(10, -Math.Max(places, parts.Length == 1 ? 3 : 0));
    }

    private string Folder(string which) => which switch { "run" => pages.Run, "variants" => pages.Variants, _ => pages.Comparison };

    private string File(string which) => Path.Combine(Folder(which), "report.html");
}
