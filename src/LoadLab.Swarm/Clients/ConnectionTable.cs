using System.Net.Sockets;
using LoadLab.Kernel;

namespace LoadLab.Swarm;

/// <summary>What a connection in the table does.</summary>
internal enum ConnectionState : byte
{
    /// <summary>The place is free.</summary>
    None,

    /// <summary>The handshake goes on.</summary>
    Connecting,

    /// <summary>It sends and reads bytes.</summary>
    Exchanging,

    /// <summary>Established and kept open.</summary>
    Held,

    /// <summary>Half-closed by us and kept open.</summary>
    HalfClosed,

    /// <summary>Half-closed by a churn, which waits for the peer's FIN.</summary>
    Draining,
}

/// <summary>
/// A connection that outlives the call that made it. The record of its connect is written before it is held, so <see cref="At"/> changes its meaning
/// then.
/// </summary>
internal struct Connection
{
    public Socket Socket;
    public Wave Wave;
    public long Index;
    public long Intended;

    /// <summary>Connecting: when connect() was called. Later: when it was established.</summary>
    public long At;
    public int Fd;
    public int Previous;
    public int Next;
    public int BytesToSend;
    public int BytesToRead;

    /// <summary>SYNs it had retransmitted when it was established: what tcpi_total_retrans counts beyond them is data.</summary>
    public int SynRetransmits;

    /// <summary>It has sent something, so it may have had to send it again.</summary>
    public bool HasSent;

    /// <summary>It was told to send and took every byte.</summary>
    public bool IsSender;
    public ConnectionState State;
    public Readiness Watched;
}

/// <summary>A list through the table, in order of appending; -1 ends it.</summary>
internal struct ConnectionList()
{
    public int First = -1;
    public int Last = -1;
    public int Count;
}

/// <summary>
/// The connections of one thread that are pending, exchanging or held, by token. Grows by blocks, so nothing is copied and references stay good.
/// </summary>
internal sealed class ConnectionTable
{
    private const int BlockBits = 10;
    private const int BlockSize = 1 << BlockBits;
    private readonly List<Connection[]> blocks = [];
    private int free = -1;
    private int used;

    /// <summary>The connection of a token.</summary>
    public ref Connection this[int token] => ref blocks[token >> BlockBits][token & (BlockSize - 1)];

    /// <summary>One past the largest token ever given.</summary>
    public int End => used;

    /// <summary>A free place.</summary>
    public int Take()
    {
        if (free >= 0)
        {
            var token = free;
            free = this[token].Next;
            return token;
        }

        if (used == blocks.Count << BlockBits)
        {
            blocks.Add(new Connection[BlockSize]);
        }

        return used++;
    }

    /// <summary>Gives a place back; its connection is on no list any more.</summary>
    public void Release(int token)
    {
        ref var connection = ref this[token];
        connection = default;
        connection.Next = free;
        free = token;
    }

    /// <summary>Puts a connection at the end of a list.</summary>
    public void Append(ref ConnectionList list, int token)
    {
        ref var connection = ref this[token];
        connection.Previous = list.Last;
        connection.Next = -1;
        if (list.Last >= 0)
        {
            this[list.Last].Next = token;
        }
        else
        {
            list.First = token;
        }

        list.Last = token;
        list.Count++;
    }

    /// <summary>Takes a connection out of the list it is on.</summary>
    public void Remove(ref ConnectionList list, int token)
    {
        ref var connection = ref this[token];
        if (connection.Previous >= 0)
        {
            this[connection.Previous].Next = connection.Next;
        }
        else
        {
            list.First = connection.Next;
        }

        if (connection.Next >= 0)
        {
            this[connection.Next].Previous = connection.Previous;
        }
        else
        {
            list.Last = connection.Previous;
        }

        list.Count--;
    }
}
