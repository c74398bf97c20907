using LoadLab.Model;

namespace LoadLab.Probe;

/// <summary>A call that may block, on a thread of its own.</summary>
/// <remarks>Concurrency: the thread writes the answer once, as its last act; others read it after they have waited for the thread's end. A call that
/// never returns ends with the process.</remarks>
internal sealed class PendingCall
{
    private readonly Thread thread;
    private SessionAnswer answer;

    private PendingCall(Func<SessionAnswer> call)
    {
        thread = new Thread(() => answer = call(), SessionsWalk.StackBytes) { IsBackground = true, Name = "blocking call" };
        thread.Start();
    }

    /// <summary>What it returned; to be read once <see cref="Wait"/> has said that it did.</summary>
    public SessionAnswer Answer => answer;

    /// <summary>Begins it.</summary>
    public static PendingCall Begin(Func<SessionAnswer> call) => new(call);

    /// <summary>Waits for it; false when it has not returned by then.</summary>
    public bool Wait(Nanoseconds atMost) => thread.Join(atMost.ToTimeSpan());
}
