namespace LoadLab.Model;

/// <summary>When one connect of a load really was made and answered, for a replay; moments count from the load's begin.</summary>
/// <param name="Index">Which connect of the load.</param>
/// <param name="Due">When it was to start.</param>
/// <param name="Begun">When it did.</param>
/// <param name="Answered">When connect() returned; null: not within <see cref="LongestCall"/>, so its first SYN was not answered.</param>
public readonly record struct SeenConnect(long Index, Nanoseconds Due, Nanoseconds Begun, Nanoseconds? Answered)
{
    /// <summary>What a first SYN takes at most until it is answered, on however busy a machine; the next SYN goes out after 1 s.</summary>
    public static Nanoseconds LongestCall { get; } = Nanoseconds.FromMilliseconds(500);
}
