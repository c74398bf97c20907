using LoadLab.Model;

namespace LoadLab.Probe;

/// <summary>A call that may block, on a thread of its own.</summary>
/// <remarks>Concurrency: the thread completes the task once; others wait for it. A call that never returns ends with the process.</remarks>
internal sealed class PendingCall
{
    private readonly TaskCompletionSource<SessionAnswer> done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private PendingCall()
    {
    }

    /// <summary>What it returned, once it has.</summary>
    public SessionAnswer Answer => done.Task.Result;

    /// <summary>Begins it.</summary>
    public static PendingCall Begin(Func<SessionAnswer> call)
    {
        var pending = new PendingCall();
        new Thread(() => pending.done.SetResult(call()), SessionsWalk.StackBytes) { IsBackground = true, Name = "blocking call" }.Start();
        return pending;
    }

    /// <summary>Waits for it; false when it has not returned by then.</summary>
    public bool Wait(Nanoseconds atMost) => done.Task.Wait(atMost.ToTimeSpan());
}
