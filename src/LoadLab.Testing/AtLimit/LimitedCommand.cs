namespace LoadLab.Testing;

/// <summary>What the process at its limit is asked: one word a line on its standard input, one line of answer each on its standard output.</summary>
internal static class LimitedCommand
{
    /// <summary>Answered, without being asked, by the port.</summary>
    public const string Ready = "ready";

    /// <summary>From now on it is at its limit.</summary>
    public const string Limit = "limit";

    /// <summary>Takes the connection of the proof out of the queue, is at its limit again, and counts from zero.</summary>
    public const string Begin = "begin";

    /// <summary>Is not at its limit any more.</summary>
    public const string Free = "free";

    /// <summary>Resets what is open; answered by how many.</summary>
    public const string Reset = "reset";

    /// <summary>Answered by its state, as JSON.</summary>
    public const string State = "state";

    /// <summary>Begins an answer that is a sentence about what went wrong.</summary>
    public const string Failed = "failed ";
}
