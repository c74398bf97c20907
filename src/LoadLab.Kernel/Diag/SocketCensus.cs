using System.Runtime.InteropServices;
using LoadLab.Kernel.Abi;
using LoadLab.Model;
using static LoadLab.Kernel.Abi.Constants;

namespace LoadLab.Kernel;

/// <summary>Ports of a range that one source address holds for one destination.</summary>
/// <param name="Ports">Sockets with a local port of the range, in any state, TIME-WAIT included.</param>
/// <param name="InTimeWait">How many of them are in TIME-WAIT.</param>
public readonly record struct PortsHeld(long Ports, long InTimeWait);

/// <summary>
/// All TCP sockets of a network namespace, counted as the kernel tells them: listeners one by one, all others as sums. Made to be taken again and
/// again: no object for a socket.
/// </summary>
/// <remarks>
/// Not thread-safe; figures are those of the last call. Listeners are found without walking the connections (lhash2); <see cref="CountConnections"/>
/// walks their table. Kernel: net/ipv4/inet_diag.c inet_diag_dump_icsk; seen on 6.18.
/// </remarks>
public sealed class SocketCensus : IDisposable
{
    private const uint Listening = 1u << TCP_LISTEN;
    private readonly SockDiag diag = new();
    private readonly List<DiagSocket> listeners = [];
    private readonly HashSet<int> listeningPorts = [];
    private readonly Dictionary<SocketEndPoint, long> halfOpen = [];
    private readonly Dictionary<SocketEndPoint, long> closeWait = [];
    private readonly Dictionary<SocketEndPoint, long> queuedClosed = [];
    private readonly Dictionary<(UInt128 From, SocketEndPoint To), PortsHeld> destinations = [];
    private readonly long[] states = new long[256];
    private readonly DiagMessages.TakeBody intoListeners;
    private readonly DiagMessages.TakeBody intoSums;
    private PortRange range;

    /// <summary>Opens the netlink socket.</summary>
    /// <exception cref="KernelException">The kernel gave none.</exception>
    public SocketCensus() => (intoListeners, intoSums) = (TakeListener, TakeConnection);

    /// <summary>Every listener: accept queue, live backlog, drops, inode.</summary>
    public IReadOnlyList<DiagSocket> Listeners => listeners;

    /// <summary>Connections that were walked at the last count: what it costs.</summary>
    public long Walked { get; private set; }

    /// <summary>Half-open requests, by the address that the SYN was sent to.</summary>
    public IReadOnlyDictionary<SocketEndPoint, long> HalfOpen => halfOpen;

    /// <summary>Accepted connections in CLOSE-WAIT, by their own address.</summary>
    public IReadOnlyDictionary<SocketEndPoint, long> CloseWait => closeWait;

    /// <summary>Connections in CLOSE-WAIT that no process has accepted, by their own address.</summary>
    public IReadOnlyDictionary<SocketEndPoint, long> QueuedClosed => queuedClosed;

    /// <summary>Ports of the range, by source address and destination; a port that somebody listens on is a server's end, and not among them.</summary>
    public IReadOnlyDictionary<(UInt128 From, SocketEndPoint To), PortsHeld> Destinations => destinations;

    /// <summary>Sockets in a state, by the kernel's number of it; without listeners.</summary>
    public ReadOnlySpan<long> States => states;

    /// <summary>The numbers of the states that there may be, with their names.</summary>
    public static IEnumerable<(int Number, string Name)> StateNames => Enumerable.Range(1, TCP_CLOSING).Select(number => (number, TcpStates.NameOf(number)));

    /// <summary>Finds the listeners.</summary>
    /// <exception cref="KernelException">The kernel did not answer.</exception>
    public void FindListeners()
    {
        listeners.Clear();
        listeningPorts.Clear();
        diag.Walk(Listening, withMemory: true, intoListeners);
    }

    /// <summary>Counts all other sockets; after <see cref="FindListeners"/>.</summary>
    /// <param name="ports">net.ipv4.ip_local_port_range.</param>
    /// <exception cref="KernelException">The kernel did not answer.</exception>
    public void CountConnections(PortRange ports)
    {
        (range, Walked) = (ports, 0);
        halfOpen.Clear();
        closeWait.Clear();
        queuedClosed.Clear();
        destinations.Clear();
        Array.Clear(states);
        diag.Walk(~Listening, withMemory: false, intoSums);
    }

    /// <inheritdoc/>
    public void Dispose() => diag.Dispose();

    private static void Add<TKey>(Dictionary<TKey, long> sums, TKey key)
        where TKey : notnull => CollectionsMarshal.GetValueRefOrAddDefault(sums, key, out _)++;

    private void TakeListener(ReadOnlySpan<byte> body)
    {
        var socket = DiagMessages.Socket(body);
        listeners.Add(socket);
        _ = listeningPorts.Add(socket.SourcePort);
    }

    private void TakeConnection(ReadOnlySpan<byte> body)
    {
        var socket = DiagMessages.Socket(body);
        Walked++;
        states[socket.State]++;
        var own = new SocketEndPoint(socket.Source, socket.SourcePort);
        switch (socket.State)
        {
            case TCP_SYN_RECV:
                Add(halfOpen, own);
                break;
            case TCP_CLOSE_WAIT:
                Add(socket.Inode == 0 ? queuedClosed : closeWait, own);
                break;
        }

        if (socket.DestinationPort != 0 && range.Contains(socket.SourcePort) && !listeningPorts.Contains(socket.SourcePort))
        {
            var key = (socket.Source, new SocketEndPoint(socket.Destination, socket.DestinationPort));
            ref var held = ref CollectionsMarshal.GetValueRefOrAddDefault(destinations, key, out _);
            held = new PortsHeld(held.Ports + 1, held.InTimeWait + (socket.State == TCP_TIME_WAIT ? 1 : 0));
        }
    }
}
