using LoadLab.Model;

namespace LoadLab.Runs;

/// <summary>For runs of a bench or a comparison, which say how they go by a line for each.</summary>
public sealed class NoProgress : IProgressView
{
    /// <inheritdoc/>
    public void Take(Observation observation)
    {
    }

    /// <inheritdoc/>
    public void Show()
    {
    }

    /// <inheritdoc/>
    public ValueTask DoneAsync() => ValueTask.CompletedTask;
}
