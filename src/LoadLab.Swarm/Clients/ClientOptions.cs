using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>The options that a load's clients set before they connect; most set none.</summary>
internal readonly record struct ClientOptions(int? SynCount, Nanoseconds RtoMax, Nanoseconds UserTimeout, PortRange? LocalPorts)
{
    /// <summary>Those of a load.</summary>
    public static ClientOptions Of(SwarmSpec spec) => new(spec.SynCount, spec.RtoMax, spec.UserTimeout, spec.LiveLocalPorts);

    /// <summary>True when there is one to set.</summary>
    public bool Any => SynCount is not null || RtoMax > Nanoseconds.Zero || UserTimeout > Nanoseconds.Zero || LocalPorts is not null;

    /// <summary>Sets them; the first answer that is a failure, or the last one.</summary>
    public SyscallResult Set(int fd)
    {
        var answer = SynCount is { } count ? TcpSocketOptions.SynCount(fd, count) : default;
        if (answer.IsOk && RtoMax > Nanoseconds.Zero)
        {
            answer = TcpSocketOptions.RtoMax(fd, RtoMax);
        }

        if (answer.IsOk && UserTimeout > Nanoseconds.Zero)
        {
            answer = TcpSocketOptions.UserTimeout(fd, UserTimeout);
        }

        return answer.IsOk && LocalPorts is { } ports ? SocketCalls.LocalPortRange(fd, ports) : answer;
    }
}
