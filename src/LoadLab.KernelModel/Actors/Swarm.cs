using LoadLab.KernelModel.Rules;
using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>The clients: who connects when and from where, and what each does once it is connected.</summary>
/// <remarks>Concurrency: one run, one thread. Workers are processes: worker w has every workers-th connect, and a limit of descriptors of its own.</remarks>
internal sealed partial class Swarm
{
    private readonly Timeline timeline;
    private readonly Timing timing;
    private readonly ClientStack clients;
    private readonly PortTable ports;
    private readonly Closing closing;
    private readonly SysctlState sysctls;
    private readonly Action<bool> deliver;
    private readonly long?[] free;
    private readonly ConnectRace race;
    private readonly LinkedList<Flow> held = new();
    private readonly List<Flow> halfClosed = [];
    private readonly Dictionary<Flow, LinkedListNode<Flow>> nodes = [];
    private readonly HashSet<Flow> exchanging = [];
    private readonly List<long> latencies = [];
    private readonly HashSet<Flow> senders = [];
    private readonly bool serverEndsAtOnce;

    /// <summary>The clients of a run.</summary>
    public Swarm(Timeline timeline, Timing timing, ClientStack clients, PortTable ports, Closing closing, SysctlState sysctls, ServerProgram program,
        long? spare, ConnectRace race, Action<bool> deliver)
    {
        (this.timeline, this.timing, this.clients, this.ports, this.closing, this.sysctls, this.deliver) = (timeline, timing, clients, ports, closing, sysctls,
            deliver);
        (this.race, free) = (race, [.. Enumerable.Repeat(spare, race.Workers)]);
        clients.TimedOut += GiveUp;
        clients.Reset += WasReset;
        program.Echoed += Echoed;
        closing.ServerEnded += ReadsEnd;
        serverEndsAtOnce = program.EndsAtOnce;
    }

    /// <summary>Clients whose connect() succeeded.</summary>
    public long Established { get; private set; }

    /// <summary>Clients without an answer, of all loads.</summary>
    public long Waiting { get; private set; }

    /// <summary>Clients that gave up.</summary>
    public long GaveUp { get; private set; }

    /// <summary>socket() that found no descriptor.</summary>
    public long Refused { get; private set; }

    /// <summary>bind() or connect() that found no port, and those of them that failed with EADDRINUSE.</summary>
    public (long All, long InUse) WithoutPort { get; private set; }

    /// <summary>Clients that hold their connection.</summary>
    public long Open => held.Count + exchanging.Count;

    /// <summary>Clients whose send() took every byte.</summary>
    public long Senders => senders.Count;

    /// <summary>Connects that failed: without a descriptor, without a port, without an answer.</summary>
    public long Failed => GaveUp + Refused + WithoutPort.All;

    /// <summary>Sockets that the clients' programs hold: connecting, connected or half-closed.</summary>
    public long Sockets { get; private set; }

    /// <summary>Connects issued.</summary>
    public long Attempted { get; private set; }

    /// <summary>How long each connect took, in nanoseconds.</summary>
    public IReadOnlyList<long> Latencies => latencies;

    /// <summary>Issues a load: each connect in its time.</summary>
    public LoadState Issue(LoadState load)
    {
        var start = timeline.Now;
        var count = load.Count;
        load.Unissued = load.Unanswered = count;
        Waiting += count;
        if (count > 0)
        {
            timeline.Add(start + load.At(0, IsLate), () => Next(load, start, 0, count));
        }

        return load;
    }

    /// <summary>Clients that have just been answered go on.</summary>
    public void Proceed()
    {
        while (clients.TryEstablished(out var flow))
        {
            flow!.EstablishedAt = timeline.Now;
            latencies.Add((timeline.Now - flow.Begun).Value);
            Established++;
            Settle(flow.Load!);
            if (serverEndsAtOnce && timing.Choice == 0)
            {
                // The server's RST or FIN may come before the program looks, see WasReset.
                timeline.Add(timeline.Now, () => AfterConnectUnlessReset(flow));
            }
            else
            {
                AfterConnect(flow);
            }
        }
    }

    /// <summary>The oldest clients that hold their connection end it.</summary>
    public void End(ClientEnd end, int? count)
    {
        for (var left = count ?? int.MaxValue; left > 0 && held.First is { } oldest; left--)
        {
            Remove(oldest.Value);
            End(oldest.Value, end);
        }

        if (end != ClientEnd.HalfClose)
        {
            foreach (var flow in halfClosed)
            {
                ReturnDescriptor(flow);
                Close(flow, end == ClientEnd.Reset);
            }

            halfClosed.Clear();
        }
    }

    /// <summary>The oldest clients that hold their connection send so many bytes each.</summary>
    public void Send(int bytes, int? count)
    {
        foreach (var flow in held.Take(count ?? int.MaxValue).ToList())
        {
            _ = senders.Add(flow);
            clients.SendData(flow, bytes);
        }
    }

    private void Next(LoadState load, Nanoseconds start, long index, long count)
    {
        var next = index + race.AtOnce(load, index, count);
        var isRace = next - index > 1 && race.IsOfProcessors;
        var meets = isRace && timing.RaceEndsTogether ? (int)Attempted + 1 : 0;
        for (var i = index; i < next; i++)
        {
            Attempted++;
            Connect(load, load.IndexAt(i), meets, load.IsSeen ? start + load.DueAt(i) : timeline.Now);
            load.Unissued--;
        }

        deliver(isRace && timing.RaceAnswersReversed);
        if (next < count)
        {
            var due = start + load.At(next, IsLate);
            var ready = load.IsSeen ? timeline.Now : timeline.Now + timing.CallTime;
            timeline.Add(due > ready ? due : ready, () => Next(load, start, next, count));
        }
    }

    // Of a connect that was seen: its SYN was looked at between the call and the return, and the draws have both.
    private bool IsLate => timing.Choice > 0;

    private void Connect(LoadState load, long index, int meets, Nanoseconds due)
    {
        var swarm = load.Swarm;
        ref var descriptors = ref free[index % free.Length];
        if (descriptors is <= 0)
        {
            Refused++;
            Settle(load);
            return;
        }

        var flow = new Flow(clients.Flows.Count, due) { Load = load, Group = load.Group, Worker = (int)(index % free.Length), Together = meets };
        if (ports.Take(ClientPort.Ask(load, index, ports.Range), out var lease) is { IsNone: false } errno)
        {
            WithoutPort = (WithoutPort.All + 1, WithoutPort.InUse + (errno == Errno.EADDRINUSE ? 1 : 0));
            Settle(load);
            return;
        }

        (flow.Lease, flow.Meets, flow.MeetsHeldEnd) = (lease, PortTable.TakeOver(lease!), closing.HoldsEnd(lease!));
        descriptors--;
        Sockets++;
        clients.Connect(flow);
        if (swarm.ConnectTimeout > Nanoseconds.Zero)
        {
            timeline.Add(timeline.Now + swarm.ConnectTimeout + timing.AcceptDelay, () => GiveUp(flow));
        }
    }

    private void AfterConnectUnlessReset(Flow flow)
    {
        if (flow.Client == ClientState.Established)
        {
            AfterConnect(flow);
        }
    }

    private void AfterConnect(Flow flow)
    {
        var swarm = flow.Load!.Swarm;
        if (swarm.ExchangeBytes == 0)
        {
            End(flow, swarm.Then);
            return;
        }

        _ = exchanging.Add(flow);
        clients.SendData(flow, swarm.ExchangeBytes);
    }

    private void Echoed(Flow flow)
    {
        if (flow.Load is not null && flow.ReadBytes == flow.SentBytes && exchanging.Remove(flow))
        {
            End(flow, flow.Load.Swarm.Then);
        }
    }

    private void End(Flow flow, ClientEnd end)
    {
        switch (end)
        {
            case ClientEnd.Hold:
                nodes.Add(flow, held.AddLast(flow));
                break;
            case ClientEnd.HalfClose:
                halfClosed.Add(flow);
                flow.Client = ClientState.HalfClosed;
                closing.ClientCloses(flow);
                clients.SendFin(flow);
                break;
            case ClientEnd.Close:
            case ClientEnd.Reset:
                ReturnDescriptor(flow);
                Close(flow, end == ClientEnd.Reset);
                break;
        }
    }

    private void Settle(LoadState load) => (load.Unanswered, Waiting) = (load.Unanswered - 1, Waiting - 1);

    private void Remove(Flow flow)
    {
        if (nodes.Remove(flow, out var node))
        {
            held.Remove(node);
        }
    }

    private void ReturnDescriptor(Flow flow) => (free[flow.Worker], Sockets) = (free[flow.Worker] + 1, Sockets - 1);
}
