namespace LoadLab.Lab;

/// <summary>The run cannot go on; the message says why.</summary>
/// <param name="message">A sentence.</param>
/// <param name="refused">True when something asked for is not available here and nothing was run.</param>
internal sealed class LabFailureException(string message, bool refused = false) : Exception(message)
{
    public bool Refused { get; } = refused;
}
