using Microsoft.Playwright;

namespace LoadLab.ReportPage.Tests;

/// <summary>
/// Headless Chromium, driven by Playwright; one for all tests. The driver comes with its package, the browser is the distribution's.
/// </summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];
    private IPlaywright? playwright;
    private IBrowser? browser;

    /// <summary>The browser's program; null when there is none.</summary>
    public static string? Program { get; } = Names.SelectMany(name => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    /// <summary>Where screenshots are kept for a person to look at; null: none are taken.</summary>
    public static string? Screenshots { get; } = Environment.GetEnvironmentVariable("LOADLAB_SCREENSHOTS");

    public async ValueTask InitializeAsync()
    {
        if (Program is null)
        {
            return;
        }

        playwright = await Playwright.CreateAsync();

        // Chromium's own sandbox refuses to start for root.
        browser = await playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions { ExecutablePath = Program, Args = Environment.IsPrivilegedProcess ? ["--no-sandbox"] : [] });
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        playwright?.Dispose();
    }

    /// <summary>Opens a page of the disk, and keeps all that goes wrong on it.</summary>
    internal async Task<OpenPage> OpenAsync(string file, int width, ColorScheme scheme = ColorScheme.Light)
    {
        Assert.SkipWhen(browser is null,
            $"needs a browser: none of {string.Join(", ", Names)} is on the PATH (Debian: apt-get install --no-install-recommends chromium)");
        var context = await browser!.NewContextAsync(
            new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = width, Height = 900 }, ColorScheme = scheme, Offline = true });
        return await OpenPage.OfAsync(context, file);
    }
}
