using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>The accept() calls of a server's other threads that wait near the limit of descriptors, where one thread sheds.</summary>
/// <remarks>
/// Each of them has its descriptor already (net/socket.c __sys_accept4_file), so the thread that asks last finds none while connections may still be served.
/// Who takes the next connection, that thread or one of the calls, has no rule.
/// </remarks>
internal sealed class WaitingCalls(ServerSpec server, double choice)
{
    /// <summary>How many descriptors they may have.</summary>
    public long Descriptors { get; } = server.AtLimit.Kind == AtLimitKind.Shed && choice > 0 ? server.AcceptThreads - 1 : 0;

    /// <summary>True when one of them takes the next connection, after so many were shed.</summary>
    /// <param name="shed">Connections that the other thread has shed.</param>
    public bool TakeNext(long shed) => choice < 1 && shed >= Math.Ceiling(Descriptors * choice);
}
