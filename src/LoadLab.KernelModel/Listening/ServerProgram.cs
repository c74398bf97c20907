using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>What the server's program does with connections it has accepted: hold, read, close, reset; and what becomes of both ends then.</summary>
/// <remarks>Kernel: net/ipv4/tcp.c __tcp_close; net/ipv4/tcp_input.c tcp_fin, tcp_rcv_state_process; net/ipv4/tcp_minisocks.c tcp_time_wait.</remarks>
internal sealed class ServerProgram
{
    private readonly ConnectionBehaviour behaviour;
    private readonly Closing closing;
    private readonly Keepalives keepalives;

    /// <summary>A program that has accepted nothing; <paramref name="accepts"/>: it will at some time.</summary>
    public ServerProgram(ConnectionBehaviour behaviour, Closing closing, Keepalives keepalives, bool accepts)
    {
        (this.behaviour, this.closing, this.keepalives) = (behaviour, closing, keepalives);
        EndsAtOnce = accepts && behaviour is (ConnectionBehaviour.Close or ConnectionBehaviour.Reset);
        keepalives.GaveUp = GaveUp;
    }

    /// <summary>True when it accepts at some time, and ends each connection as soon as it has.</summary>
    public bool EndsAtOnce { get; }

    /// <summary>A connection was closed: its descriptor is free again.</summary>
    public Action? DescriptorReturned { get; set; }

    /// <summary>A client has got back all that it sent.</summary>
    public Action<Flow>? Echoed { get; set; }

    /// <summary>Bytes read from all connections.</summary>
    public long BytesRead { get; private set; }

    /// <summary>
    /// Connections of which recv() returned end of stream. A reset behind the client's FIN changes nothing of that: recv() tells the FIN first.
    /// </summary>
    /// <remarks>net/ipv4/tcp.c tcp_recvmsg_locked (SOCK_DONE before sk_err).</remarks>
    public long EndOfStream { get; private set; }

    /// <summary>Connections of which recv() failed with ECONNRESET: reset without a FIN before it.</summary>
    public long Resets { get; private set; }

    /// <summary>Connections that the server's reset has reached before their client looked, or may have.</summary>
    public long ResetEarly { get; private set; }

    /// <summary>Connections that the program has accepted and not closed; those shed are not among them.</summary>
    public long Open { get; private set; }

    private bool Reads => behaviour is ConnectionBehaviour.Echo or ConnectionBehaviour.Discard;

    /// <summary>accept() has given a connection.</summary>
    public void Accepted(Flow flow)
    {
        flow.Server = ServerState.Accepted;
        Open++;
        switch (behaviour)
        {
            case ConnectionBehaviour.Hold:
                keepalives.Start(flow);
                break;
            case ConnectionBehaviour.Close:
                Close(flow, isOwnWill: true);
                break;
            case ConnectionBehaviour.Reset:
                ResetEarly++;
                Open--;
                closing.ServerResets(flow);
                DescriptorReturned?.Invoke();
                break;
            case ConnectionBehaviour.Echo:
            case ConnectionBehaviour.Discard:
                keepalives.Start(flow);
                Changed(flow);
                break;
        }
    }

    /// <summary>A connection accepted at the fd limit with the reserve is closed at once.</summary>
    public void Shed(Flow flow)
    {
        flow.Server = ServerState.Accepted;
        closing.ServerCloses(flow);
    }

    /// <summary>Data, FIN or RST has come in.</summary>
    public void Changed(Flow flow)
    {
        if (flow.Server != ServerState.Accepted || !Reads)
        {
            return;
        }

        var came = flow.AckedBytes - flow.ReadBytes;
        BytesRead += came;
        flow.ReadBytes = flow.AckedBytes;
        if (came > 0 && behaviour == ConnectionBehaviour.Echo)
        {
            Echoed?.Invoke(flow);
        }

        if (flow.HasFin || flow.IsDead)
        {
            EndOfStream += flow.HasFin ? 1 : 0;
            Resets += flow.HasFin ? 0 : 1;
            Close(flow, isOwnWill: false);
        }
    }

    // A program that reads is told by epoll and closes; one that only holds its connections never looks, and keeps the descriptor.
    private void GaveUp(Flow flow)
    {
        closing.ServerResets(flow);
        if (Reads)
        {
            Open--;
            DescriptorReturned?.Invoke();
        }
    }

    private void Close(Flow flow, bool isOwnWill)
    {
        Open--;
        closing.ServerCloses(flow, isOwnWill);
        DescriptorReturned?.Invoke();
    }
}
