namespace LoadLab.Fuzz;

/// <summary>Ends the process when one execution takes more processor time than its target allows, after the input was written to a file.</summary>
/// <remarks>A thread of its own looks once in <see cref="LookEvery"/>; the one that executes only sets fields.</remarks>
internal sealed class HangWatch : IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    // On a busy machine an execution waits for a processor: that is not its fault.
    private const int WaitFactor = 20;
    private readonly ManualResetEventSlim ended = new();
    private readonly Thread thread;
    private readonly Action<byte[], string> fault;
    private FuzzTarget? target;
    private byte[] input = [];
    private long began;

    /// <summary>Begins to watch.</summary>
    /// <param name="fault">Takes the input that does not end, and says so; the process ends after it.</param>
    public HangWatch(Action<byte[], string> fault)
    {
        this.fault = fault;
        thread = new Thread(Watch) { IsBackground = true, Name = "hang watch" };
        thread.Start();
    }

    /// <summary>An execution begins.</summary>
    public void Begin(FuzzTarget of, byte[] with)
    {
        (target, input) = (of, with);
        Volatile.Write(ref began, TimeProvider.System.GetTimestamp());
    }

    /// <summary>It has ended.</summary>
    public void End() => Volatile.Write(ref began, 0);

    /// <inheritdoc/>
    public void Dispose()
    {
        ended.Set();
        thread.Join();
        ended.Dispose();
    }

    private void Watch()
    {
        var (seen, usedBefore) = (0L, TimeSpan.Zero);
        while (!ended.Wait(LookEvery))
        {
            var (since, used) = (Volatile.Read(ref began), Environment.CpuUsage.TotalTime);
            if (since != seen)
            {
                (seen, usedBefore) = (since, used);
            }
            else if (since != 0 && target is { } of
                && (used - usedBefore > of.Patience || TimeProvider.System.GetElapsedTime(since) > of.Patience * WaitFactor))
            {
                fault(input, $"it has not ended after {(used - usedBefore).TotalSeconds:0} s of processor time");
                Environment.Exit(1);
            }
        }
    }
}
