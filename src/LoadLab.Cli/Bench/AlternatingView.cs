using LoadLab.Model;
using LoadLab.Runs;

namespace LoadLab.Cli;

/// <summary>
/// A view that is there in some phases and not in the others, within one run: what it costs is then not lost among the differences between two runs.
/// </summary>
/// <remarks>Concurrency: the thread that reads observations turns it on and off; the timer's thread asks.</remarks>
/// <param name="view">The view.</param>
/// <param name="isOn">By a phase's name: with it, without it, or null for a phase that does not count.</param>
internal sealed class AlternatingView(IProgressView view, Func<string, bool?> isOn) : IProgressView
{
    private volatile bool on;
    private TimeSpan last = Environment.CpuUsage.TotalTime;

    /// <summary>Processor time of this process in the phases with the view.</summary>
    public TimeSpan With { get; private set; }

    /// <summary>Processor time of this process in those without.</summary>
    public TimeSpan Without { get; private set; }

    /// <inheritdoc/>
    public void Take(Observation observation)
    {
        if (observation is PhaseBegan began)
        {
            on = isOn(began.Phase) == true;
            last = Environment.CpuUsage.TotalTime;
        }
        else if (observation is PhaseEnded ended)
        {
            var spent = Environment.CpuUsage.TotalTime - last;
            (With, Without) = isOn(ended.Phase) switch { true => (With + spent, Without), false => (With, Without + spent), null => (With, Without) };
        }

        if (on)
        {
            view.Take(observation);
        }
    }

    /// <inheritdoc/>
    public void Show()
    {
        if (on)
        {
            view.Show();
        }
    }

    /// <inheritdoc/>
    public ValueTask DoneAsync() => view.DoneAsync();
}
