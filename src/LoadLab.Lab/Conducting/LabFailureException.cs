namespace LoadLab.Lab;

/// <summary>The run cannot go on; the message says why.</summary>
/// <param name="message">A sentence.</param>
/// <param name="refused">True when something asked for cannot be had here and nothing was run.</param>
internal sealed class LabFailureException(string message, bool refused = false) : Exception(message)
{
    public bool Refused { get; } = refused;
}
