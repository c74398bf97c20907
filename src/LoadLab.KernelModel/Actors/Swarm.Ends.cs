using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <content>How a client's connection ends: by its program, by a time-out, by the server's reset.</content>
internal sealed partial class Swarm
{
    private void Close(Flow flow, bool resets)
    {
        flow.Client = ClientState.Closed;

        // After both FINs no socket is left in the kernel that a close or a reset could change (net/ipv4/tcp_minisocks.c tcp_time_wait); what waits in
        // TIME-WAIT goes on waiting.
        if (flow.GotReset || flow is { HasSentFin: true, HasFin: true, IsServerClosed: true })
        {
            return;
        }

        if (resets)
        {
            flow.HasSentFin = false;
            closing.ClientResets(flow, serverEndsAtOnce);
            deliver(false);
            return;
        }

        closing.ClientCloses(flow);
        if (!flow.HasSentFin)
        {
            clients.SendFin(flow);
        }
        else if (flow.HasFin)
        {
            closing.ServerHasFin(flow);
        }
    }

    private void GiveUp(Flow flow)
    {
        if (flow.Client != ClientState.SynSent)
        {
            return;
        }

        flow.Client = ClientState.Closed;
        GaveUp++;
        closing.Free(flow);
        ReturnDescriptor(flow);
        Settle(flow.Load!);
    }

    // A client that waits for its bytes reads the server's FIN instead, and closes.
    private void ReadsEnd(Flow flow)
    {
        if (exchanging.Remove(flow))
        {
            timeline.Add(timeline.Now, () => End(flow, ClientEnd.Close));
        }
    }

    private void WasReset(Flow flow)
    {
        closing.Free(flow);
        var wasExchanging = exchanging.Remove(flow);

        // A server that accepts and resets at once may do so before connect() looks, which then fails with ECONNRESET: nobody decides which is first.
        var wasEarly = flow.EstablishedAt == timeline.Now && timing.Choice == 0;

        // The program looks at held connections that have sent, and closes those that failed.
        if (wasExchanging || wasEarly || (flow.SentBytes > 0 && nodes.ContainsKey(flow)))
        {
            Established -= wasEarly ? 1 : 0;
            Remove(flow);
            flow.Client = ClientState.Closed;
            ReturnDescriptor(flow);
        }
    }
}
