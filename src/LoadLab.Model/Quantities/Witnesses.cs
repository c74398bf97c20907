using System.Collections.Immutable;

namespace LoadLab.Model;

/// <summary>The catalogue of witnesses: every instrument that a run can be asked by.</summary>
public static class Witnesses
{
    private static readonly WitnessGroup Others = new(Sampler.Tool, WitnessFamily.Tool, "not the kernel's");

    /// <summary>Requests that another tool counts as successful.</summary>
    public static Witness ToolOk { get; } = Others.Add("tool.ok", Units.Connections, "What the tool that paced the clients counts as successful.");

    /// <summary>Requests that another tool counts as failed.</summary>
    public static Witness ToolFailed { get; } = Others.Add("tool.failed", Units.Connections, "What the tool that paced the clients counts as failed.");

    /// <summary>All of them.</summary>
    public static ImmutableArray<Witness> All { get; } =
    [
        .. ClientWitnesses.All, .. ServerWitnesses.All, .. ListenerWitnesses.SockDiag.All, .. ListenerWitnesses.TcpInfo.All, .. KernelWitnesses.All,
            .. PacketWitnesses.All,
        .. PeerWitnesses.All, .. ProcessWitnesses.All, .. ProbeWitnesses.All, .. SessionWitnesses.All, .. Others.Rows,
    ];

    /// <summary>Names that can be asked, parameters filled in: all, or examples where there is no end of them. For the nearest to a mistyped one.</summary>
    public static IEnumerable<string> Names => All.SelectMany(row => row.Examples);
}
