using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Runs.Sizing;

/// <summary>Where a value has to be written, line by line: one row for each place.</summary>
internal static class PasteLines
{
    // The kernel's default since 5.4 (include/linux/socket.h SOMAXCONN): less than that is never worth a line.
    private const long DefaultSomaxconn = 4096;
    private const long HighestPort = 65535;
    private const long LowestPort = 1024;

    /// <summary>Of a backlog.</summary>
    public static ImmutableArray<SizingLines> OfBacklog(long value)
    {
        var somaxconn = Math.Max(value, DefaultSomaxconn);
        return
        [
            new("/etc/sysctl.d/90-accept-queue.conf", [$"net.core.somaxconn = {somaxconn}"]),
            new("docker run", [$"--sysctl net.core.somaxconn={somaxconn}"]),
            new("compose", ["sysctls:", $"  net.core.somaxconn: {somaxconn}"]),
            new("Kubernetes, spec.securityContext of the pod (an unsafe sysctl: the kubelet has to allow it)",
                ["sysctls:", "- name: net.core.somaxconn", $"  value: \"{somaxconn}\""]),
            new("nginx", [$"listen 80 backlog={value};"]),
            new("Redis", [$"tcp-backlog {value}"]),
            new("HAProxy, frontend", [$"backlog {value}"]),
            new("Kestrel", [$"builder.WebHost.UseSockets(options => options.Backlog = {value});"]),
            new("PostgreSQL (it gives listen() twice max_connections)", [$"max_connections = {(value + 1) / 2}"]),
            new("PgBouncer", [$"listen_backlog = {value}"]),
            new("systemd, .socket", [$"Backlog={value}"]),
        ];
    }

    /// <summary>Of a number of ports. More than there are needs more source addresses.</summary>
    public static ImmutableArray<SizingLines> OfPorts(long value)
    {
        // The search walks ports of one parity after the other and may leave one out where their number is odd.
        var even = value + (value % 2);
        if (even > HighestPort - LowestPort + 1)
        {
            var addresses = (value + 64511) / 64512;
            return [new($"the client: {addresses} source addresses, each with this range", [$"net.ipv4.ip_local_port_range = {LowestPort} {HighestPort}"])];
        }

        var low = HighestPort - even + 1;
        return
        [
            new("/etc/sysctl.d/90-ports.conf", [$"net.ipv4.ip_local_port_range = {low} {HighestPort}"]),
            new("docker run", [$"--sysctl 'net.ipv4.ip_local_port_range={low} {HighestPort}'"]),
            new("compose", ["sysctls:", $"  net.ipv4.ip_local_port_range: \"{low} {HighestPort}\""]),
            new("Kubernetes, spec.securityContext of the pod", ["sysctls:", "- name: net.ipv4.ip_local_port_range", $"  value: \"{low} {HighestPort}\""]),
            new("or, with the range as it is and timestamps at both ends", ["net.ipv4.tcp_tw_reuse = 1"]),
        ];
    }

    /// <summary>Of a limit of descriptors.</summary>
    public static ImmutableArray<SizingLines> OfDescriptors(long value) =>
    [
        new("systemd, .service", [$"LimitNOFILE={value}"]),
        new("/etc/security/limits.conf", [$"* - nofile {value}"]),
        new("docker run", [$"--ulimit nofile={value}:{value}"]),
        new("compose", ["ulimits:", "  nofile:", $"    soft: {value}", $"    hard: {value}"]),
        new("Kubernetes (it has no field for it: the container runtime's own limit counts)", [$"containerd.service: LimitNOFILE={value}"]),
        new("nginx", [$"worker_rlimit_nofile {value};"]),
        new("HAProxy, global", [$"ulimit-n {value}"]),
    ];
}
