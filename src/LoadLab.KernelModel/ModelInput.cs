using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>What a run of the model depends on beside its timing.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="Facts">The kernel and the sandbox.</param>
/// <param name="Workers">Processes of the swarm.</param>
/// <param name="HoldsOneMore">Whether the SYN queue holds one request more than the live backlog, see <see cref="Rules.SynQueue.HoldsOneMore"/>.</param>
public sealed record ModelInput(Scenario Scenario, KernelFacts Facts, int Workers, bool HoldsOneMore)
{
    /// <summary>When the connects of each load were really made; empty in a plan. Connects of a load that are missing are made when they are due.</summary>
    public ImmutableArray<ImmutableArray<SeenConnect>> Seen { get; init; } = [];

    /// <summary>What the phases really were and when the server took its connections; empty in a plan, where it follows its policy.</summary>
    public ImmutableArray<SeenPhase> Phases { get; init; } = [];
}
