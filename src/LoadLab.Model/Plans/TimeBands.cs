using System.Collections.Immutable;

namespace LoadLab.Model;

/// <summary>What the kernel model predicts over the time of a variant: for each phase, step by step, the range of each figure.</summary>
/// <param name="Phases">In the order of the phases.</param>
public sealed record TimeBands(ImmutableArray<PhaseBands> Phases)
{
    /// <summary>True when they come from a replay with the delays that the run was seen to have.</summary>
    public bool IsReplayed { get; init; }
}

/// <summary>The ranges of one phase.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="StepS">How long one step is, in seconds.</param>
/// <param name="LastsS">How long the phase lasts at most, in seconds.</param>
/// <param name="Series">The ranges by the name of the figure, see <see cref="BandSeries"/>; figures that stay 0 in every phase are left out.</param>
public sealed record PhaseBands(string Phase, double StepS, double LastsS, ImmutableSortedDictionary<string, SeriesBand> Series);

/// <summary>The range of one figure in each step; beyond the last step it stays as it is.</summary>
/// <param name="Low">At least.</param>
/// <param name="High">At most.</param>
public sealed record SeriesBand(ImmutableArray<long> Low, ImmutableArray<long> High);

/// <summary>The bands of every variant of a run by its name: bands.json.</summary>
/// <param name="Variants">By variant; "" for the only one.</param>
public sealed record RunBands(ImmutableSortedDictionary<string, TimeBands> Variants);

/// <summary>The names of the figures that have a band.</summary>
public static class BandSeries
{
    /// <summary>Connections in the accept queue; of several listeners in the emptiest to the fullest.</summary>
    public const string AcceptQueue = "accept-queue";

    /// <summary>Half-open requests.</summary>
    public const string SynQueue = "syn-queue";

    /// <summary>Connects issued so far.</summary>
    public const string Attempted = "attempted";

    /// <summary>Connects that succeeded so far.</summary>
    public const string Established = "established";

    /// <summary>Connects that failed so far.</summary>
    public const string Failed = "failed";

    /// <summary>Connects that are not answered yet.</summary>
    public const string Pending = "pending";

    /// <summary>Connections that the server's program holds, a descriptor each.</summary>
    public const string ServerOpen = "server-open";

    /// <summary>Sockets that the clients' programs hold: a descriptor and a port each.</summary>
    public const string SwarmOpen = "swarm-open";

    /// <summary>All, in the order in which they are shown, with their name for people.</summary>
    public static ImmutableArray<(string Name, string Title)> All { get; } =
    [
        (AcceptQueue, "accept queue"), (SynQueue, "SYN queue"), (Established, "established"), (Pending, "pending"), (Failed, "failed"),
        (Attempted, "attempted"), (ServerOpen, "server sockets"), (SwarmOpen, "client sockets"),
    ];
}
