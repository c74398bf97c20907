using System.Net;
using LoadLab.Model;
using Microsoft.Extensions.Logging;

namespace LoadLab.Server;

/// <summary>Every message that a server on its own logs; ids from 1000 and stable.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(1000, LogLevel.Information,
        "listening on {Address}:{Port} with {Listeners} listener(s), backlog {Backlog} asked, {LiveBacklog} live; accept {Accept}, connections: {Connection}")]
    public static partial void Listening(this ILogger logger, string address, int port, int listeners, int backlog, long liveBacklog, AcceptPolicy accept,
        string connection);

    [LoggerMessage(1001, LogLevel.Warning,
        "the accept queue of listener {Listener} was full in {Samples} of the last {AllSamples} looks: "
            + "{Queue} connections for a live backlog of {LiveBacklog}")]
    public static partial void QueueFull(this ILogger logger, int listener, int samples, int allSamples, long queue, long liveBacklog);

    [LoggerMessage(1002, LogLevel.Warning,
        "listener {Listener} has dropped {Packets} packets more, {Total} since it listens: each is a SYN or final ACK that its client must send again")]
    public static partial void Dropped(this ILogger logger, int listener, long packets, long total);

    [LoggerMessage(1003, LogLevel.Error, "{Syscall} failed {Count} times with {Errno}")]
    public static partial void SyscallFailed(this ILogger logger, string syscall, long count, Errno errno);

    [LoggerMessage(1004, LogLevel.Information, "stopping: accepts no more and closes what is open")]
    public static partial void Stopping(this ILogger logger);

    [LoggerMessage(1005, LogLevel.Information, "swarm {Replica} at {Address} is ready, number {Ready}")]
    public static partial void ReplicaReady(this ILogger logger, string replica, string address, int ready);

    [LoggerMessage(1006, LogLevel.Warning,
        "another program listens on port {Port}, too, or it cannot be known whether one does: no swarm gets consent, since the load would go there as well")]
    public static partial void PortIsShared(this ILogger logger, int port);

    [LoggerMessage(1007, LogLevel.Information, "{EndPoint} accepts {Accept} from now on")]
    public static partial void Follows(this ILogger logger, IPEndPoint endPoint, AcceptPolicy accept);
}
