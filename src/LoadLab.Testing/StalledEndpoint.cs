using LoadLab.Kernel;

namespace LoadLab.Testing;

/// <summary>An endpoint that listens and does not accept, until it is told to.</summary>
public sealed class StalledEndpoint : FailingEndpoint
{
    private readonly ListeningCore core;

    internal StalledEndpoint(ListeningCore core)
        : base(core) => this.core = core;

    /// <summary>From now on it accepts whatever is queued, and answers. Connects that hang come in with the next retransmission of their SYN.</summary>
    /// <returns>When the queue has been emptied.</returns>
    /// <exception cref="ObjectDisposedException">It has been disposed.</exception>
    public Task StartAcceptingAsync() => core.Thread.AskAsync(() =>
    {
        // What filled the queue came first and is first in it.
        core.Thread.AcceptAndClose(core.Fillers.Count);
        core.Fillers.ForEach(filler => filler.Dispose());
        core.Fillers.Clear();
        return core.Thread.Follow(new AcceptsAtOnce(), RunClock.MonotonicNs);
    });
}
