using LoadLab.Kernel;
using LoadLab.Model;
using LoadLab.Reporting;
using LoadLab.Reporting.Live;

namespace LoadLab.Cli;

/// <summary>A run's progress on standard error: drawn on a terminal, elsewhere a line a second.</summary>
/// <remarks>Concurrency: the thread that reads observations folds and the timer's takes a frame, both under the gate; drawing is outside of it, so that a slow terminal holds up nobody.</remarks>
internal abstract class ProgressView(Plan plan) : IProgressView
{
    private readonly Lock gate = new();
    private readonly LiveFigures figures = new(plan);
    private readonly RunClock clock = new(plan.Host.EpochMonotonicNs);

    /// <summary>The view that fits: it is drawn where people look at a terminal and nobody asked for plain text (NO_COLOR, CI, --no-color, TERM=dumb).</summary>
    /// <param name="plan">What is run.</param>
    /// <param name="json">True when standard output has the document, so that people look at standard error.</param>
    public static IProgressView For(Plan plan, bool json)
    {
        var isTerminal = !Console.IsErrorRedirected && (json || !Console.IsOutputRedirected);
        return isTerminal && CommonOptions.NoColor is null && !IsSet("CI") && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb")
            ? new LiveView(plan, ReportConsole.Create(Console.Error, isTerminal: true, noColor: null))
            : new ProgressLines(plan, Console.Error);
    }

    /// <inheritdoc/>
    public void Take(Observation observation)
    {
        lock (gate)
        {
            figures.Fold(observation);
        }
    }

    /// <inheritdoc/>
    public void Show()
    {
        LiveFrame frame;
        lock (gate)
        {
            frame = figures.Frame(clock.Now);
        }

        Draw(frame);
    }

    /// <inheritdoc/>
    public abstract void Done();

    /// <summary>Shows a frame.</summary>
    protected abstract void Draw(LiveFrame frame);

    private static bool IsSet(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 };
}
