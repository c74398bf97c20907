using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>The processes of a conducted run, and what it takes to tell them what to do.</summary>
/// <param name="Swarm">The workers.</param>
/// <param name="Port">The server's port.</param>
/// <param name="Limits">Their limits.</param>
/// <param name="NextId">The number of the next command.</param>
internal sealed record LabRoles(IReadOnlyList<RoleProcess> Swarm, int Port, FdLimits Limits, Func<int> NextId)
{
    private int waves;
    private int ended;

    /// <summary>The server; null where only sessions are run.</summary>
    public ILabProcess? AnyServer { get; init; }

    /// <summary>The scripted peer; null where no phase needs it.</summary>
    public RoleProcess? AnyPeer { get; init; }

    /// <summary>The probe; null where no phase needs it.</summary>
    public RoleProcess? AnyProbe { get; init; }

    /// <summary>The server.</summary>
    /// <exception cref="LabFailureException">There is none.</exception>
    public ILabProcess Server => AnyServer ?? throw new LabFailureException("a phase needs the server, but a scenario of sessions has none");

    /// <summary>The scripted peer.</summary>
    /// <exception cref="LabFailureException">There is none.</exception>
    public RoleProcess Peer => AnyPeer ?? throw new LabFailureException("a phase tells the scripted peer what to send, but no peer was started");

    /// <summary>The probe.</summary>
    /// <exception cref="LabFailureException">There is none.</exception>
    public RoleProcess Probe => AnyProbe ?? throw new LabFailureException("a phase tells the probe what to do, but no probe was started");

    /// <summary>All of them.</summary>
    public IEnumerable<ILabProcess> All => Swarm.Append(AnyPeer).Append(AnyProbe).Append(AnyServer).OfType<ILabProcess>();

    /// <summary>The number of the next load.</summary>
    public int NextWave() => waves++;

    /// <summary>How many of the oldest clients that hold a connection each worker has; null for each of them where all are meant.</summary>
    /// <remarks>They were shared out as the connects were, every one of which succeeded: client k is worker k modulo their number.</remarks>
    public int?[] Oldest(int? count) => [.. Swarm.Select((_, worker) => count is { } all ? ShareOf(worker, Swarm.Count, ended, all) : (int?)null)];

    /// <summary>The oldest clients have been told to end.</summary>
    public void Ended(int? count) => ended += count ?? 0;

    /// <summary>How many of some consecutive clients a worker has.</summary>
    internal static int ShareOf(int worker, int workers, int first, int count)
    {
        int Below(int client) => client > worker ? ((client - worker - 1) / workers) + 1 : 0;
        return Below(first + count) - Below(first);
    }
}
