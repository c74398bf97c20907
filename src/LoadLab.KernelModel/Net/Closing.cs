using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>How a connection ends: who sends FIN or RST, who is in TIME-WAIT, and what becomes of the client's port.</summary>
/// <remarks>
/// With tcp_rfc1337 0 a RST can end the client's TIME-WAIT: on several processors the server's delayed ACK may come after its own FIN, and TIME-WAIT's answer
/// finds no socket.
/// Where both programs close at once on two processors their FINs cross, and both ends come into TIME-WAIT (CLOSING). Measured on 6.18: 2,035 ends of 2,000
/// connections.
/// Kernel: net/ipv4/tcp.c __tcp_close; net/ipv4/tcp_input.c tcp_fin, tcp_rcv_state_process; net/ipv4/tcp_minisocks.c tcp_time_wait, tcp_timewait_state_process.
/// </remarks>
internal sealed class Closing(PortTable ports, Loopback link, SysctlState sysctls, ServerStack server, Timeline timeline, int processors, Timing timing)
{
    // Ends this close together may be handled by two processors in either order.
    private static readonly Nanoseconds AtOnce = Nanoseconds.FromMilliseconds(1);

    /// <summary>Connections that one end reset while the other's FIN may still have been on its way. That FIN or its ACK then finds no socket, and the RST that
    /// replies to it reaches the listener.</summary>
    public long Crossed { get; private set; }

    /// <summary>The server's FIN has reached a client that has not sent its own.</summary>
    public Action<Flow>? ServerEnded { get; set; }

    /// <summary>The client's program has closed, or shut down its sending side; its FIN is on its way. Where it is the second FIN, no socket is left that would
    /// keep the port.</summary>
    public void ClientCloses(Flow flow)
    {
        flow.ClosedAt = server.Now;
        if (flow.IsServerClosed && flow.Lease is { } lease)
        {
            ports.Close(lease, ports.IsServerWaiting(lease) ? PortEnd.ServerTimeWait : PortEnd.Free);
            LearnPeer();
        }
    }

    /// <summary>The client's FIN has reached the server's end, which has not closed.</summary>
    /// <remarks>Before any data its ACK is delayed, until the next tick (net/ipv4/tcp_input.c __tcp_ack_snd_check, tcp_in_quickack_mode). Where there is no
    /// bucket for FIN-WAIT-2, the client's port is held until then or until the server closes. Seen: 2 of 10 clients with three ports.</remarks>
    public void ServerHasFin(Flow flow)
    {
        if (flow.SentBytes == 0 && !ports.HasBucket)
        {
            timeline.Add(timeline.Now + timeline.Tick, () => FinIsAcknowledged(flow));
        }
        else
        {
            FinIsAcknowledged(flow);
        }
    }

    /// <summary>The client's program resets, or its socket is gone.</summary>
    /// <param name="flow">Which.</param>
    /// <param name="meetsProgram">The server's process may have its socket locked: the RST then waits in the socket's backlog, while the client's port
    /// is free already (net/ipv4/tcp_ipv4.c tcp_v4_rcv, sock_owned_by_user). Seen: 147 of 150 connected from five ports, and 8 of 51 from one.</param>
    public void ClientResets(Flow flow, bool meetsProgram = false)
    {
        link.Send(new Segment(flow, SegmentKind.Rst, ToServer: true));
        if (meetsProgram && processors > 1)
        {
            Crossed++;
            if (timing.Choice > 0 && flow.Lease is { Route: { } route, Source.Port: var port })
            {
                route.ResetsAtOnce[port] = server.Now;
            }
        }

        Free(flow);
    }

    /// <summary>True when a SYN from this port finds the end of a connection that was reset just now, and is not answered.</summary>
    public bool HoldsEnd(PortLease lease) => lease.Route is { ResetsAtOnce.Count: > 0 } route && route.ResetsAtOnce.Remove(lease.Source.Port, out var reset)
        && server.Now - reset <= AtOnce;

    /// <summary>The client gives up before it is connected, or was reset.</summary>
    public void Free(Flow flow)
    {
        if (flow.Lease is { } lease)
        {
            ports.Close(lease, PortEnd.Free);
        }
    }

    /// <summary>The server's program closes: FIN, or RST where data is unread.</summary>
    /// <param name="flow">Which.</param>
    /// <param name="isOwnWill">It does not wait for the client's FIN, so the two may cross.</param>
    public void ServerCloses(Flow flow, bool isOwnWill = false)
    {
        if (flow.AckedBytes > flow.ReadBytes && !flow.IsDead)
        {
            ServerResets(flow);
            return;
        }

        flow.IsServerClosed = true;
        flow.Server = ServerState.Gone;
        if (flow.IsDead || flow.GotReset)
        {
            Free(flow);
        }
        else if (flow.HasFin)
        {
            LearnPeer();
            EndClientFirst(flow, isOwnWill);
        }
        else if (flow.Lease is { } lease)
        {
            _ = ports.ServerWaits(lease);
            ServerEnded?.Invoke(flow);
        }
    }

    /// <summary>The server's program resets.</summary>
    public void ServerResets(Flow flow)
    {
        flow.Server = ServerState.Gone;
        if (!flow.IsDead)
        {
            Crossed += processors > 1 && server.Now - flow.ClosedAt <= AtOnce ? 1 : 0;
            link.Send(new Segment(flow, SegmentKind.Rst, ToServer: false));
        }
    }

    private void FinIsAcknowledged(Flow flow)
    {
        if (flow is { Client: ClientState.Closed, IsServerClosed: false, Lease: { IsReleased: false } lease })
        {
            ports.Close(lease, PortEnd.ClientFinWait2);
            PortTable.Leave(lease, flow);
        }
    }

    private void EndClientFirst(Flow flow, bool isOwnWill)
    {
        if (flow.Lease is not { } lease)
        {
            return;
        }

        var mayBeEnded = processors > 1 && sysctls.Number("net.ipv4.tcp_rfc1337") is null or 0;
        if (isOwnWill && processors > 1 && timing is { AcceptsMeanwhile: true, Choice: > 0 } && flow.ClosedAt == server.Now)
        {
            ports.Close(lease, PortEnd.BothTimeWait);
            return;
        }

        ports.Close(lease, mayBeEnded && timing.EndsTimeWait ? PortEnd.Free : PortEnd.ClientTimeWait);
    }

    private void LearnPeer() => server.KnowsPeer |= sysctls.Number("net.ipv4.tcp_no_metrics_save") is null or 0;
}
