using LoadLab.Model;
using LoadLab.Reporting.Live;
using Spectre.Console;

namespace LoadLab.Cli;

/// <summary>A run's figures with their sparklines, drawn in place.</summary>
/// <remarks>
/// The cursor is hidden while it draws; it comes back with <see cref="DoneAsync"/>, and with the end of the process where a second Ctrl-C leaves no
/// time for that.
/// </remarks>
internal sealed class LiveView : ProgressView
{
    private const string ShowCursor = "\u001b[?25h";
    private readonly LivePicture picture;
    private readonly IAnsiConsole console;
    private readonly TaskCompletionSource over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LiveDisplayContext? context;
    private Task? display;

    public LiveView(Plan plan, IAnsiConsole console)
        : base(plan)
    {
        (picture, this.console) = (new LivePicture(plan), console);
        AppDomain.CurrentDomain.ProcessExit += Restore;
    }

    /// <summary>One that is drawn in full and whose terminal is nowhere: what drawing costs.</summary>
    public static LiveView Unseen(Plan plan) =>
        new(plan, AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, ColorSystem = ColorSystemSupport.Standard,
            Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(TextWriter.Null) }));

    /// <inheritdoc/>
    public override async ValueTask DoneAsync()
    {
        over.TrySetResult();
        if (display is { } drawing)
        {
            await drawing;
        }

        AppDomain.CurrentDomain.ProcessExit -= Restore;
    }

    /// <inheritdoc/>
    protected override void Draw(LiveFrame frame)
    {
        var drawn = picture.Next(frame, console.Profile.Capabilities.Unicode);
        if (context is { } known)
        {
            known.UpdateTarget(drawn);
            return;
        }

        display = console.Live(drawn).AutoClear(enabled: true).Overflow(VerticalOverflow.Crop).StartAsync(async started =>
        {
            context = started;
            started.Refresh();
            await over.Task;
        });
    }

    private void Restore(object? sender, EventArgs e)
    {
        if (display is not null)
        {
            console.Profile.Out.Writer.Write(ShowCursor);
            console.Profile.Out.Writer.Flush();
        }
    }
}
