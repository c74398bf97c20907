using LoadLab.Model;

namespace LoadLab.Cli;

/// <summary>For runs of a bench or a comparison, which say how they go by a line for each.</summary>
internal sealed class NoProgress : IProgressView
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
    public void Done()
    {
    }
}
