using LoadLab.Kernel;
using LoadLab.Model;
using LoadLab.Reporting.Live;
using LoadLab.Runs;

namespace LoadLab.Cli;

/// <summary>A run's progress on standard error: drawn on a terminal, elsewhere a line a second.</summary>
/// <remarks>
/// Concurrency: the thread that reads observations folds and the timer's takes a frame, both under the gate; drawing is outside of it, so that a slow
/// terminal holds up nobody.
/// </remarks>
internal abstract class ProgressView(Plan plan) : IProgressView
{
    private readonly Lock gate = new();
    private readonly LiveFigures figures = new(plan);
    private readonly RunClock clock = new(plan.Host.EpochMonotonicNs);

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
    public abstract ValueTask DoneAsync();

    /// <summary>Shows a frame.</summary>
    protected abstract void Draw(LiveFrame frame);
}
