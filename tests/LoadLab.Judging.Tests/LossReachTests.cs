using LoadLab.Model;

namespace LoadLab.Judging.Tests;

/// <summary>A lost sample reaches exactly the witnesses that it could have changed: real samples are taken out of a run, and what then differs is compared with
/// what is said to be reached.</summary>
public sealed class LossReachTests
{
    private static readonly Plan Plan = Runs.OverflowPlan();

    /// <summary>By which pipe or sampler an observation of the run comes.</summary>
    private static readonly (string Source, Func<Observation, bool> IsOf)[] Sources =
    [
        (LossSource.Clients, one => one is ConnectsCounted or ClientsSeen or SyscallFailed { Role: Role.Swarm } or CpuUsed { Role: Role.Swarm }
            or DescriptorsSeen { Role: Role.Swarm }),
        (LossSource.Server, one => one is ServerTally or ListenersSeen { Witness: ListenerWitness.TcpInfo } or CpuUsed { Role: Role.Server }
            or DescriptorsSeen { Role: Role.Server }),
        (LossSource.Conductor, one => one is CountersSeen or StatesSeen or HalfOpenSeen or ProcessSeen or FilesSeen or KernelLogged
            or ListenersSeen { Witness: ListenerWitness.SockDiag } or ProbeSeen or PacketsCounted or RetransmitsCounted),
        (LossSource.Peer, one => one is PeerTally),
        (LossSource.Probe, one => one is ProbeAnswered or StepSeen),
    ];

    public static TheoryData<string> Pipes => [.. Sources.Select(one => one.Source)];

    [Theory]
    [MemberData(nameof(Pipes))]
    public void WhatALostLineChangesIsReached(string source)
    {
        var isOf = Sources.Single(one => one.Source == source).IsOf;
        var whole = Runs.Evidence(Plan, Everything()).Of("");
        var lost = Runs.Evidence(Plan, [.. Everything().Where(one => !isOf(one))]).Of("");
        WitnessRef[] changed = [.. Asked().Where(one => whole.Ask(one) != lost.Ask(one))];
        Assert.NotEmpty(changed);
        Assert.All(changed, one => Assert.Contains(source, one.BlindedBy));
    }

    [Theory]
    [MemberData(nameof(Pipes))]
    public void WhatIsReachedCouldHaveBeenChanged(string source)
    {
        var isOf = Sources.Single(one => one.Source == source).IsOf;
        var whole = Runs.Evidence(Plan, Everything()).Of("");
        var lost = Runs.Evidence(Plan, [.. Everything().Where(one => !isOf(one))]).Of("");
        Assert.All(Asked().Where(one => one.BlindedBy.Contains(source) && whole.Ask(one).CouldSee), one => Assert.NotEqual(whole.Ask(one), lost.Ask(one)));
    }

    [Fact]
    public void ALossIsSaidOfEachWitnessThatItReachesAndOfNoOther()
    {
        foreach (var source in LossSource.All)
        {
            var seen = Runs.Evidence(Plan, [.. Everything(), new SamplesLost(source, 2, "lost") { T = Runs.At(5.2) }]).Of("");
            Assert.All(Asked(), one => Assert.Equal(one.BlindedBy.Contains(source),
                seen.Ask(one).Blind?.StartsWith($"2 samples of {source} lost", StringComparison.Ordinal) == true));
        }
    }

    [Fact]
    public void ASamplerThatDidNotLookChangesMomentsAndPeaksAlone()
    {
        // The looks of the sampler while the load ran are gone; those at each phase's end are not.
        List<Observation> whole = Everything();
        List<Observation> lost = [.. whole.Where(one =>
            one is not (CountersSeen or ListenersSeen { Witness: ListenerWitness.SockDiag } or StatesSeen or FilesSeen) || one.T >= Runs.At(5)
            || one.T <= Runs.At(1))];
        var (before, after) = (Runs.Evidence(Plan, whole).Of(""), Runs.Evidence(Plan, lost).Of(""));
        WitnessRef[] changed = [.. Asked().Where(one => before.Ask(one) != after.Ask(one))];
        Assert.NotEmpty(changed);
        Assert.All(changed, one => Assert.True(one.Witness is { Timing: not WitnessTiming.Last, Sampler.LateBy: LossSource.Ticks }, one.ToString()));
    }

    [Fact]
    public void EverySourceReachesSomeWitness() =>
        Assert.All(LossSource.All, source => Assert.Contains(Witnesses.All.Select(row => row.Sampler), sampler => sampler.BlindedBy.Contains(source)
            || sampler.LateBy == source));

    private static IEnumerable<WitnessRef> Asked() =>
        Witnesses.Names.Select(name => WitnessRef.TryParse(name)!).Where(one => one.Argument is not Counter counter || counter == Counter.ListenOverflows);

    // The overflow, and something from each other role.
    private static List<Observation> Everything()
    {
        var seen = Runs.OverflowSeen();
        var end = seen[^1];
        seen.RemoveAt(seen.Count - 1);
        var retransmits = new LatencyHistogram();
        retransmits.Add(Runs.At(1));
        Observation[] others =
        [
            Runs.Tally(9, 7) with { Flows = 9, Resets = 1, Fins = 1, Acknowledged = 1, Echoed = 1 },
            new ProcessSeen(Role.Server, 0, Runs.At(1), 10, 4, 100, 200, IsStart: true),
            new ProcessSeen(Role.Server, 0, Runs.At(2), 13, 6, 100, 200),
            new DescriptorsSeen(Role.Server, 0, 13, 100, 200),
            new DescriptorsSeen(Role.Swarm, 0, 13, 100, 200),
            new CpuUsed(Role.Server, 0, Runs.At(1)),
            new CpuUsed(Role.Swarm, 0, Runs.At(1)),
            new HalfOpenSeen(2, 3),
            new FilesSeen(300, 3500) { T = Runs.At(5) },
            new KernelLogged("<6>VFS: file-max limit 3500 reached"),
            new PacketsCounted(10, 10, Runs.States(("client.SYN", 80), ("server.SYN-ACK", 5))),
            new RetransmitsCounted([new RetransmitSum(RetransmitKind.Syn, 1, retransmits, retransmits)]),
            new ProbeAnswered("step", ProbeCall.Getrlimit, 5, Errno.EINVAL, 5, 6),
            new ProbeSeen("step", 5, 6, 5, 6),
        ];
        seen.Insert(seen.FindIndex(one => one.T >= Runs.At(5)), Runs.Listeners(ListenerWitness.SockDiag, 1.5, (6, 6, 20)));
        return [new FilesSeen(200, 3500), .. seen, .. others, end];
    }
}
