namespace LoadLab.Swarm;

/// <summary>The names under which the swarm records calls that failed.</summary>
internal static class SwarmSyscalls
{
    public const string Socket = "socket";
    /// <summary>An option of TCP that this kernel does not take, or not with this value.</summary>
    public const string SetOption = "setsockopt";

    public const string Bind = "bind";
    public const string Connect = "connect";

    /// <summary>Not the kernel's answer: the swarm's own connect time-out.</summary>
    public const string ConnectGivenUp = "connect (given up)";

    /// <summary>A pending connect could not be watched, so it was closed.</summary>
    public const string EpollAdd = "epoll_ctl";

    public const string Send = "send";
    public const string Receive = "recv";

    /// <summary>A connection that has failed with data still to read.</summary>
    public const string PendingError = "getsockopt (SO_ERROR)";

    /// <summary>The peer closed before it had sent all bytes back; errno is OK, since recv() did not fail.</summary>
    public const string ReceiveEnd = "recv (end of stream)";
}
