using System.Net.Sockets;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>The sockets of one thread that have a place in its table, and what epoll watches of them. Called by that thread alone.</summary>
internal sealed class ClientSockets(Epoll epoll)
{
    /// <summary>By token.</summary>
    public ConnectionTable Table { get; } = new();

    /// <summary>How many descriptors epoll watches.</summary>
    public int Watched { get; private set; }

    /// <summary>How many sockets have a place: each holds a local port.</summary>
    public long Count { get; private set; }

    /// <summary>Gives a socket its place.</summary>
    public int Keep(Wave wave, Socket socket, int fd, long index, long intended, long at)
    {
        var token = Table.Take();
        ref var connection = ref Table[token];
        connection.Socket = socket;
        connection.Wave = wave;
        connection.Fd = fd;
        connection.Index = index;
        connection.Intended = intended;
        connection.At = at;
        wave.InTable++;
        Count++;
        return token;
    }

    /// <summary>Has epoll watch it for something, or no longer. Errors: as <see cref="Epoll.Add"/>; nothing has changed then.</summary>
    public SyscallResult Watch(int token, Readiness wanted)
    {
        ref var connection = ref Table[token];
        if (connection.Watched == wanted)
        {
            return default;
        }

        var said = connection.Watched == Readiness.None ? epoll.Add(connection.Fd, token, wanted)
            : wanted == Readiness.None ? epoll.Remove(connection.Fd)
            : epoll.Change(connection.Fd, token, wanted);
        if (said.IsOk)
        {
            Watched += (wanted == Readiness.None ? 0 : 1) - (connection.Watched == Readiness.None ? 0 : 1);
            connection.Watched = wanted;
        }

        return said;
    }

    /// <summary>Closes or resets it and frees its place; it is on no list any more.</summary>
    public void Close(int token, bool reset)
    {
        ref var connection = ref Table[token];
        Watched -= connection.Watched == Readiness.None ? 0 : 1;
        connection.Wave.InTable--;
        Count--;
        SocketSource.Close(connection.Socket, reset);
        Table.Release(token);
    }

    /// <summary>Closes every socket there is; nothing is called afterwards.</summary>
    public void CloseAll()
    {
        for (var token = 0; token < Table.End; token++)
        {
            if (Table[token].State != ConnectionState.None)
            {
                SocketSource.Close(Table[token].Socket, reset: false);
                Table[token].State = ConnectionState.None;
            }
        }
    }
}
