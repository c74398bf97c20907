using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>The clients of one thread: connects them and hands each on by the kernel's answer. Called by that thread alone.</summary>
/// <remarks>
/// A connect that is answered at once and ends at once (churn) never enters the table: its whole life is <see cref="Attempt"/>, which reads the clock once and
/// allocates nothing. Everything slower has a place in the table, whose number is its token in epoll.
/// </remarks>
internal sealed class ThreadClients
{
    private readonly RunClock clock;
    private readonly Connector connector;
    private readonly ClientSockets sockets;
    private readonly Outcomes outcomes;

    public ThreadClients(int worker, Epoll epoll, RunClock clock, ConnectRecorder recorder, DescriptorReserve reserve, Action<Observation> write,
        ConsentWatch? consent)
    {
        this.clock = clock;
        connector = new Connector(reserve);
        sockets = new ClientSockets(epoll);
        outcomes = new Outcomes(recorder, consent);
        Pending = new PendingConnects(worker, sockets, outcomes, write);
        Established = new EstablishedClients(worker, sockets, write, consent);
    }

    /// <summary>Connects that are not answered.</summary>
    public PendingConnects Pending { get; }

    /// <summary>Connections.</summary>
    public EstablishedClients Established { get; }

    /// <summary>How many descriptors epoll watches.</summary>
    public int Watched => sockets.Watched;

    /// <summary>Sockets that connect or are connected: each holds a local port.</summary>
    public long Sockets => sockets.Count;

    /// <summary>True when a tick has something to look at.</summary>
    public bool NeedsTick => Pending.IsWatching || Established.HasFailures;

    /// <summary>Issues one connect.</summary>
    public void Attempt(Wave wave, long index, long intended, long actual)
    {
        wave.Tally.Issued(actual - intended);
        var endsAtOnce = wave is { Then: ClientEnd.Close or ClientEnd.Reset, Spec.ExchangeBytes: 0 };
        var answer = connector.Begin(wave.Target, wave.Ends, wave.Options, index, isBrief: wave.IsChurn && endsAtOnce);
        var now = clock.Now.Value;
        if (answer.Step != ConnectStep.Pending && wave.TenthOf(index) is > 0 and var tenth)
        {
            wave.Tally.Took(tenth, answer.Step == ConnectStep.Failed, now - actual);
        }

        switch (answer.Step)
        {
            case ConnectStep.Established:
                outcomes.Established(wave, index, intended, actual, now, retransmits: 0);
                if (endsAtOnce)
                {
                    Connector.Close(answer.Socket, answer.Fd, wave.Then == ClientEnd.Reset);
                    wave.Tally.Ended();
                    return;
                }

                Established.Proceed(Keep(wave, answer, index, intended, now), now);
                return;
            case ConnectStep.Pending:
                Pending.Add(Keep(wave, answer, index, intended, actual), now);
                return;
            case ConnectStep.Failed:
                outcomes.Failed(wave, index, intended, actual, now, answer.Syscall, answer.Errno);
                return;
        }
    }

    // A descriptor that lives on after all gets its object now.
    private int Keep(Wave wave, in ConnectAnswer answer, long index, long intended, long at) =>
        sockets.Keep(wave, answer.Socket ?? SocketSource.Wrap(answer.Fd), answer.Fd, index, intended, at);

    /// <summary>epoll says that something can be done.</summary>
    public void OnReady(int token)
    {
        var now = clock.Now.Value;
        switch (sockets.Table[token].State)
        {
            case ConnectionState.Connecting when Pending.Settle(token, now):
                Established.Proceed(token, now);
                break;
            case ConnectionState.Exchanging:
                Established.Exchange(token, mayRead: true, now);
                break;
            case ConnectionState.Draining:
                Established.Drain(token);
                break;
            case ConnectionState.None or ConnectionState.Connecting or ConnectionState.Held or ConnectionState.HalfClosed:
                break;
        }
    }

    /// <summary>Every 10 ms while <see cref="NeedsTick"/>.</summary>
    public void Tick(long now)
    {
        Pending.LookAtWatched(now);
        Established.WriteFailures(now);
    }

    /// <summary>Closes every socket there is.</summary>
    public void CloseAll() => sockets.CloseAll();
}
