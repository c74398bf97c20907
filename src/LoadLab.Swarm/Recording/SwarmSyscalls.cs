namespace LoadLab.Swarm;

/// <summary>The names under which the swarm records calls that failed.</summary>
internal static class SwarmSyscalls
{
    public const string Socket = "socket";
    public const string Bind = "bind";
    public const string Connect = "connect";

    /// <summary>Not the kernel's answer: the swarm's own connect time-out.</summary>
    public const string ConnectGivenUp = "connect (given up)";

    /// <summary>A pending connect could not be watched, so it was closed.</summary>
    public const string EpollAdd = "epoll_ctl";

    public const string Send = "send";
    public const string Receive = "recv";

    /// <summary>The peer closed before it had sent all bytes back; errno is OK, since recv() did not fail.</summary>
    public const string ReceiveEnd = "recv (end of stream)";
}
