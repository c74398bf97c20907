using Microsoft.Playwright;

namespace LoadLab.ReportPage.Tests;

/// <summary>A page in the browser, with what it complained of and what it asked for.</summary>
internal sealed class OpenPage(IPage page) : IAsyncDisposable
{
    private readonly List<string> complaints = [];

    public IPage Page => page;

    /// <summary>Console errors and warnings, exceptions, dialogs, and requests for anything but the page itself.</summary>
    public IReadOnlyList<string> Complaints => complaints;

    public static async Task<OpenPage> OfAsync(IBrowserContext context, string file)
    {
        var opened = new OpenPage(await context.NewPageAsync());
        var address = new Uri(file).AbsoluteUri;
        opened.Page.Console += (_, message) => opened.complaints.Add($"console {message.Type}: {message.Text}");
        opened.Page.PageError += (_, error) => opened.complaints.Add($"exception: {error}");
        opened.Page.Dialog += (_, dialog) => opened.complaints.Add($"dialog: {dialog.Message}");
        opened.Page.Request += (_, request) =>
        {
            if (request.Url != address)
            {
                opened.complaints.Add($"request: {request.Url}");
            }
        };
        await opened.Page.GotoAsync(address);
        return opened;
    }

    public Task<T> AskAsync<T>(string script) => page.EvaluateAsync<T>(script);

    /// <summary>Opens all that is shown when asked for.</summary>
    public Task OpenAllAsync() => page.EvaluateAsync("() => document.querySelectorAll('details').forEach(d => d.open = true)");

    /// <summary>A picture of the whole page, where a folder for it is named.</summary>
    public async Task PictureAsync(string name)
    {
        if (Browser.Screenshots is { } folder)
        {
            await page.ScreenshotAsync(new PageScreenshotOptions { FullPage = true, Path = Path.Combine(folder, $"{name}.png") });
        }
    }

    public async ValueTask DisposeAsync() => await page.Context.DisposeAsync();
}
