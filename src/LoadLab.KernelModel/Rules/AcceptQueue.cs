namespace LoadLab.KernelModel.Rules;

/// <summary>How long a listener's accept queue gets.</summary>
/// <remarks>Unit: connections. Kernel: net/socket.c __sys_listen; include/net/sock.h sk_acceptq_is_full; measured on 6.18: backlog 0, 1, 4, 8 hold 1, 2, 5,
/// 9.</remarks>
public static class AcceptQueue
{
    /// <summary>net.core.somaxconn of a new network namespace when nobody sets it.</summary>
    /// <remarks>Kernel: include/linux/socket.h SOMAXCONN: 4096 since 5.4, 128 before.</remarks>
    public static int DefaultSomaxconn(Model.KernelVersion kernel) => kernel.IsAtLeast(5, 4) ? 4096 : 128;

    /// <summary>What listen() makes of a backlog: the smaller of it and net.core.somaxconn at that moment; a negative one means somaxconn.</summary>
    public static int LiveBacklog(int backlog, int somaxconn) => (int)Math.Min((uint)backlog, (uint)somaxconn);

    /// <summary>How many connections the queue takes: one more than the live backlog, since the kernel tests with &gt;.</summary>
    public static long Capacity(int liveBacklog) => liveBacklog + 1L;

    /// <summary>Whether a new SYN is dropped with so many connections queued.</summary>
    public static bool IsFull(long queued, int liveBacklog) => queued > liveBacklog;
}
