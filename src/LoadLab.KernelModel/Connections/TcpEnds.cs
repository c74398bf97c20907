namespace LoadLab.KernelModel;

/// <summary>A state of one end of a connection (include/net/tcp_states.h).</summary>
internal enum TcpState
{
    /// <summary>No socket, or one that is over; an end that waits in a bucket is counted by <see cref="TimeWaitTable"/>.</summary>
    Close,

    /// <summary>SYN-RECV: the server's end while its final ACK has not been taken.</summary>
    SynRecv,

    /// <summary>ESTABLISHED.</summary>
    Established,

    /// <summary>FIN-WAIT-1: its FIN is not acknowledged.</summary>
    FinWait1,

    /// <summary>FIN-WAIT-2: its FIN is acknowledged, the other end's has not come; a process has it.</summary>
    FinWait2,

    /// <summary>CLOSE-WAIT: the other end's FIN has come, its own has not been sent.</summary>
    CloseWait,

    /// <summary>LAST-ACK: both FINs are sent, its own is not acknowledged.</summary>
    LastAck,
}

/// <summary>One of the two ends.</summary>
internal enum Side
{
    /// <summary>Who has connected.</summary>
    Client,

    /// <summary>Who has accepted.</summary>
    Server,
}

/// <summary>Ends of connections by state, of each side: what a look at the socket table counts.</summary>
internal sealed class EndCounts
{
    private readonly long[,] counts = new long[2, Enum.GetValues<TcpState>().Length];

    /// <summary>How many ends of a side are in a state.</summary>
    public long this[Side side, TcpState state] => counts[(int)side, (int)state];

    /// <summary>An end goes from one state to another.</summary>
    public void Move(Side side, TcpState from, TcpState to)
    {
        counts[(int)side, (int)from]--;
        counts[(int)side, (int)to]++;
    }
}

/// <summary>The states of both ends of one connection from its handshake to its end, by close(), shutdown() and reset of either.</summary>
/// <remarks>
/// Who closes first waits: FIN-WAIT-1, FIN-WAIT-2, TIME-WAIT; the other goes through CLOSE-WAIT and LAST-ACK. An end in FIN-WAIT-2 that no process has is a
/// bucket for tcp_fin_timeout: its socket is gone then,
/// and the other end's FIN is answered by RST. close() with data that the process has not read sends RST in the place of FIN. While the server's end is in
/// SYN-RECV it takes no FIN.
/// Kernel: net/ipv4/tcp.c __tcp_close, tcp_shutdown, tcp_close_state; net/ipv4/tcp_input.c tcp_rcv_state_process, tcp_fin, tcp_reset; net/ipv4/tcp_minisocks.c
/// tcp_time_wait; measured on 6.18.
/// Concurrency: one run, one thread.
/// </remarks>
internal sealed class TcpEnds(PortTable ports, PortLease lease, EndCounts counts)
{
    private readonly TcpState[] states = new TcpState[2];
    private readonly bool[] isOrphan = new bool[2];
    private readonly bool[] isWaiting = new bool[2];

    /// <summary>The state of an end.</summary>
    public TcpState this[Side side] => states[(int)side];

    /// <summary>True when neither end has a socket; buckets may be left.</summary>
    public bool IsOver => states[0] == TcpState.Close && states[1] == TcpState.Close;

    /// <summary>The SYN-ACK has come: the client's end is ESTABLISHED, the server's a request.</summary>
    public void ClientEstablished()
    {
        Set(Side.Client, TcpState.Established);
        Set(Side.Server, TcpState.SynRecv);
    }

    /// <summary>The server's kernel has taken the final ACK, and a FIN that came with it or after it.</summary>
    public void ServerEstablished()
    {
        Set(Side.Server, TcpState.Established);
        if (this[Side.Client] == TcpState.FinWait1)
        {
            TakeFin(Side.Server);
        }
    }

    /// <summary>shutdown(SHUT_WR).</summary>
    public void ShutDown(Side side)
    {
        var other = Other(side);
        switch (this[side])
        {
            case TcpState.Established:
                Set(side, TcpState.FinWait1);
                if (this[other] is TcpState.Established)
                {
                    TakeFin(other);
                }

                break;
            case TcpState.CloseWait:
                Set(side, TcpState.LastAck);
                TakeLastFin(other);
                break;
            case TcpState.Close or TcpState.SynRecv or TcpState.FinWait1 or TcpState.FinWait2 or TcpState.LastAck:
                break;
        }
    }

    /// <summary>close(): FIN, or RST where data was not read.</summary>
    public void Close(Side side, bool hasUnread)
    {
        if (hasUnread && this[side] != TcpState.Close)
        {
            Reset();
            return;
        }

        isOrphan[(int)side] = true;
        ShutDown(side);
        Wait(side);
    }

    /// <summary>SO_LINGER 0 and close(): RST, which ends the other end too; nothing where this end is over already.</summary>
    public void Abort(Side side)
    {
        if (this[side] != TcpState.Close)
        {
            Reset();
        }
    }

    /// <summary>A RST, for whatever reason: both ends are over.</summary>
    public void Reset()
    {
        Set(Side.Client, TcpState.Close);
        Set(Side.Server, TcpState.Close);
        ports.Close(lease, PortEnd.Free);
    }

    /// <summary>Data reaches an end: one that no process has answers with RST.</summary>
    /// <returns>False when it did.</returns>
    public bool TakeData(Side side)
    {
        if (!isOrphan[(int)side] && this[side] != TcpState.Close)
        {
            return true;
        }

        Reset();
        return false;
    }

    /// <summary>The first FIN reaches an end, which acknowledges it.</summary>
    private void TakeFin(Side side)
    {
        Set(side, TcpState.CloseWait);
        Set(Other(side), TcpState.FinWait2);
        Wait(Other(side));
    }

    /// <summary>The second FIN reaches the end that closed first, or finds that it is gone.</summary>
    private void TakeLastFin(Side first)
    {
        var isThere = this[first] is TcpState.FinWait1 or TcpState.FinWait2 || (isWaiting[(int)first] && ports.IsWaiting(lease, first));
        Set(first, TcpState.Close);
        Set(Other(first), TcpState.Close);
        ports.Close(lease, !isThere ? PortEnd.Free : first == Side.Client ? PortEnd.ClientTimeWait : PortEnd.ServerTimeWait);
    }

    /// <summary>FIN-WAIT-2 without a process: a bucket takes the place of the socket; without one it is gone.</summary>
    private void Wait(Side side)
    {
        if (this[side] == TcpState.FinWait2 && isOrphan[(int)side])
        {
            Set(side, TcpState.Close);
            isWaiting[(int)side] = true;
            if (side == Side.Client)
            {
                ports.Close(lease, PortEnd.ClientFinWait2);
            }
            else
            {
                _ = ports.ServerWaits(lease);
            }
        }
    }

    private void Set(Side side, TcpState state)
    {
        counts.Move(side, states[(int)side], state);
        states[(int)side] = state;
    }

    private static Side Other(Side side) => side == Side.Client ? Side.Server : Side.Client;
}
