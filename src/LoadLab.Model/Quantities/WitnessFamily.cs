namespace LoadLab.Model;

/// <summary>
/// Who keeps the figure that a witness reads. Two witnesses of one family read the same field, so they confirm the reading and not the figure.
/// </summary>
[System.Text.Json.Serialization.JsonConverter(typeof(EnumWordsJsonConverter<WitnessFamily>))]
public enum WitnessFamily
{
    /// <summary>Not the kernel: what LoadLab itself did. It confirms nothing alone.</summary>
    Load,

    /// <summary>The client programs: what their own system calls returned, counted by them.</summary>
    ClientCalls,

    /// <summary>The server program: what its own system calls returned, counted by it.</summary>
    ServerCalls,

    /// <summary>The clients' sockets: tcp_sock (total_retrans), read by TCP_INFO.</summary>
    ClientSockets,

    /// <summary>The accepted sockets: tcp_sock (total_retrans) and inet_connection_sock, read by getsockopt.</summary>
    ServerSockets,

    /// <summary>The listening socket: sk_ack_backlog, sk_max_ack_backlog, sk_drops. sock_diag and TCP_INFO read the same fields.</summary>
    Listener,

    /// <summary>The half-open requests: request_sock (num_retrans).</summary>
    Requests,

    /// <summary>
    /// The table of connections: which sockets are in which state (inet_ehashinfo, sk_state). sock_diag, /proc/net/tcp and TCP_INFO read the same
    /// field.
    /// </summary>
    ConnectionTable,

    /// <summary>The count of TIME-WAIT sockets of the namespace (inet_timewait_death_row), kept beside the table of connections.</summary>
    TimeWaitCount,

    /// <summary>The kernel's count of sockets that no process holds any more (tcp_orphan_count).</summary>
    OrphanCount,

    /// <summary>The MIB counters of the network namespace (struct tcp_mib, linux_mib).</summary>
    Counters,

    /// <summary>The segments themselves, as a packet socket sees them.</summary>
    Wire,

    /// <summary>A process's descriptor table (files_struct).</summary>
    DescriptorTable,

    /// <summary>A process's limits (signal_struct rlim). getrlimit(2), prlimit(2) and /proc/PID/limits read the same field.</summary>
    Limits,

    /// <summary>The scheduler's account of a process's time (task_struct sum_exec_runtime, utime, stime).</summary>
    Scheduler,

    /// <summary>The kernel's count of open files (nr_files, files_stat).</summary>
    FileTable,

    /// <summary>What the kernel wrote into its own log.</summary>
    KernelLog,

    /// <summary>The system calls of the probe: what each returned.</summary>
    ProbeCalls,

    /// <summary>Another load tool that paced the same clients.</summary>
    Tool,
}
