namespace LoadLab.Testing;

/// <summary>What an endpoint's thread has counted.</summary>
/// <remarks>Concurrency: that thread alone writes; a 64-bit value is read whole by any thread.</remarks>
internal sealed class EndpointCounters
{
    private long accepted;
    private long reset;
    private long closed;
    private long answers;
    private long bytesRead;
    private long descriptorLimitReached;

    public long Accepted { get => Volatile.Read(ref accepted); set => Volatile.Write(ref accepted, value); }

    public long Answers { get => Volatile.Read(ref answers); set => Volatile.Write(ref answers, value); }

    public long BytesRead { get => Volatile.Read(ref bytesRead); set => Volatile.Write(ref bytesRead, value); }

    public long DescriptorLimitReached { get => Volatile.Read(ref descriptorLimitReached); set => Volatile.Write(ref descriptorLimitReached, value); }

    /// <summary>A connection has ended.</summary>
    public void Ended(bool wasReset)
    {
        ref var count = ref wasReset ? ref reset : ref closed;
        Volatile.Write(ref count, count + 1);
    }

    /// <summary>Begins at zero: the connections of the proof are nobody's.</summary>
    public void Clear()
    {
        (Accepted, Answers, BytesRead, DescriptorLimitReached) = (0, 0, 0, 0);
        Volatile.Write(ref reset, 0);
        Volatile.Write(ref closed, 0);
    }

    /// <summary>As a state. What ended is read before what was accepted, so no connection is open less than zero times.</summary>
    public EndpointState Read()
    {
        var (wasReset, wasClosed) = (Volatile.Read(ref reset), Volatile.Read(ref closed));
        var came = Accepted;
        return new EndpointState
        {
            Accepted = came,
            Reset = wasReset,
            Closed = wasClosed,
            Open = came - wasReset - wasClosed,
            Answers = Answers,
            BytesRead = BytesRead,
            DescriptorLimitReached = DescriptorLimitReached,
        };
    }
}
