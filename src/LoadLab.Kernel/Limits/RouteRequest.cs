using System.Runtime.InteropServices;
using LoadLab.Kernel.Abi;
using LoadLab.Model;
using static LoadLab.Kernel.Abi.Constants;

namespace LoadLab.Kernel;

/// <summary>
/// One request by rtnetlink(7) that adds something to the caller's network namespace or asks it for something: a header of its type and attributes.
/// </summary>
internal sealed unsafe class RouteRequest
{
    private const int AnswerBytes = 1024;
    private readonly List<byte> bytes = [.. new byte[sizeof(nlmsghdr)]];
    private readonly ushort type;

    /// <summary>Begins it.</summary>
    /// <param name="type">RTM_NEW…, RTM_GET….</param>
    /// <param name="header">What goes before the attributes: rtmsg, ifaddrmsg.</param>
    public RouteRequest(ushort type, ReadOnlySpan<byte> header)
    {
        this.type = type;
        bytes.AddRange(header);
    }

    /// <summary>Adds an attribute whose length is a multiple of four bytes.</summary>
    public RouteRequest With(ushort attribute, ReadOnlySpan<byte> value)
    {
        var header = new rtattr { rta_len = (ushort)(sizeof(rtattr) + value.Length), rta_type = attribute };
        bytes.AddRange(new ReadOnlySpan<byte>(&header, sizeof(rtattr)));
        bytes.AddRange(value);
        return this;
    }

    /// <summary>Sends it and reads the answer; what is there already is no failure.</summary>
    /// <param name="what">What it does, for the complaint.</param>
    /// <exception cref="KernelException">The kernel refused.</exception>
    public void Make(string what)
    {
        // NLM_F_ACK: the answer is an NLMSG_ERROR, whose number is 0 when all is well.
        var errno = ErrorOf(Exchange(NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, what)) ?? Errno.None;
        if (errno != Errno.None && errno != Errno.EEXIST)
        {
            throw new KernelException(what, errno);
        }
    }

    /// <summary>Sends it and returns the message that answers it, with its netlink header.</summary>
    /// <param name="what">What is asked, for the complaint.</param>
    /// <exception cref="KernelException">The kernel refused.</exception>
    public ReadOnlySpan<byte> Ask(string what)
    {
        var answer = Exchange(NLM_F_REQUEST, what);
        return ErrorOf(answer) is { } errno ? throw new KernelException(what, errno) : answer;
    }

    private static Errno? ErrorOf(ReadOnlySpan<byte> answer) => MemoryMarshal.Read<nlmsghdr>(answer).nlmsg_type == NLMSG_ERROR
        ? new Errno(-MemoryMarshal.Read<int>(answer[sizeof(nlmsghdr)..]))
        : null;

    private ReadOnlySpan<byte> Exchange(ushort flags, string what)
    {
        var header = new nlmsghdr { nlmsg_len = (uint)bytes.Count, nlmsg_type = type, nlmsg_flags = flags, nlmsg_seq = 1 };
        var request = CollectionsMarshal.AsSpan(bytes);
        MemoryMarshal.Write(request, in header);
        using var socket = new OwnedDescriptor(Libc.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), "netlink socket");
        fixed (byte* start = request)
        {
            if (Libc.send(socket.Fd, start, (nuint)request.Length, 0) < 0)
            {
                throw new KernelException(what, Libc.LastErrno);
            }
        }

        var answer = new byte[AnswerBytes];
        nint got;
        fixed (byte* start = answer)
        {
            got = Libc.recv(socket.Fd, start, AnswerBytes, 0);
        }

        return got >= sizeof(nlmsghdr) + sizeof(int) ? answer.AsSpan(0, (int)got) : throw new KernelException($"{what}: reading the answer", Libc.LastErrno);
    }
}
