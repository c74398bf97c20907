using System.Collections.Immutable;
using LoadLab.Judging.Diagnoses;
using LoadLab.Model;

namespace LoadLab.Judging.Tests;

/// <summary>From what was seen of a machine to what it means.</summary>
public sealed class InspectionTests
{
    private static readonly MachineView Quiet = new()
    {
        Files = new(900, 100_000),
        PortRange = new(32768, 60999),
        Ports = 28232,
        TimeWait = new(0, 65536),
        Orphans = new(0, 65536),
        MemoryPages = new(10, 500_000),
        States = ImmutableSortedDictionary<string, long>.Empty,
        Listeners = [new("0.0.0.0:80", 3, 511, 0, 0, [])],
        Counters = DiagnosisInputs.Counters.ToImmutableSortedDictionary(counter => counter.Name, _ => 0UL),
    };

    private static readonly ProcessView Process = new() { Pid = 7, Name = "nginx", Open = 100, Free = 924, Soft = 1024, Hard = 4096,
        States = ImmutableSortedDictionary<string, long>.Empty };

    [Fact]
    public void AQuietMachineHasNothingToRemark()
    {
        var seen = Judged(Quiet);
        Assert.Equal((Outcome.Held, 0), (seen.Verdict, seen.Remarks.Length));
    }

    [Fact]
    public void ACounterThatShouldBeZeroIsWrongAndNamesItsScenario()
    {
        var seen = Judged(Quiet with { Counters = Quiet.Counters.SetItem("TcpExt.TCPTimeWaitOverflow", 15) });
        var remark = Assert.Single(seen.Remarks);
        Assert.Equal((Outcome.Broken, "TcpExt.TCPTimeWaitOverflow", "ephemeral-ports/time-wait"), (remark.Outcome, remark.About, remark.Scenario));
        Assert.StartsWith("TcpExt.TCPTimeWaitOverflow is 15, ", remark.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(14_116, null)]
    [InlineData(14_117, "ephemeral-ports/slow-search")]
    [InlineData(25_409, "ephemeral-ports/exhaustion")]
    public void TheBusiestDestinationIsHeldAgainstHalfAndNineTenthsOfTheRange(long ports, string? scenario) =>
        Assert.Equal(scenario, Judged(Quiet with { Destinations = [new("10.0.0.1", "10.0.0.2:5432", ports, 12)] }).Remarks.SingleOrDefault()?.Scenario);

    [Theory]
    [InlineData(89_999, Outcome.Held)]
    [InlineData(90_000, Outcome.Broken)]
    public void NearIsNineTenths(long files, Outcome verdict) => Assert.Equal(verdict, Judged(Quiet with { Files = new(files, 100_000) }).Verdict);

    [Fact]
    public void ALimitThatANamespaceDoesNotShowIsNoFault() => Assert.Equal(Outcome.Held, Judged(Quiet with { Orphans = new(3, null) }).Verdict);

    [Theory]
    [InlineData(4, 5, "full now, 5 of 5: the kernel answers no further SYN")]
    [InlineData(99, 95, "holds 95 of 100")]
    [InlineData(99, 89, null)]
    public void AQueueIsFullWithOneMoreThanItsLimit(long limit, long queue, string? words)
    {
        var remark = Judged(Port(limit, queue)).Remarks.FirstOrDefault(one => one.Outcome == Outcome.Broken);
        Assert.True(words is null ? remark is null : remark!.Sentence.Contains(words, StringComparison.Ordinal), remark?.Sentence);
    }

    [Theory]
    [InlineData(511, 4096, "with exactly 511")]
    [InlineData(4096, 4096, "with 4096 or more, or with -1")]
    [InlineData(511, 128, "it was larger when listen() was called")]
    [InlineData(511, null, "does not show net.core.somaxconn")]
    public void TheBacklogAskedForIsToldAsFarAsItCanBe(long limit, int? somaxconn, string words) =>
        Assert.Contains(Judged(Port(limit, 0, somaxconn)).Remarks, remark => remark.Sentence.Contains(words, StringComparison.Ordinal));

    [Theory]
    [InlineData(924, Outcome.Held)]
    [InlineData(103, Outcome.Held)]
    [InlineData(102, Outcome.Broken)]
    [InlineData(0, Outcome.Broken)]
    public void EmfileIsNearWithATenthOfTheSoftLimitLeft(long free, Outcome verdict) =>
        Assert.Equal(verdict, Judged(Process with { Open = 1024 - free, Free = free }).Verdict);

    [Theory]
    [InlineData(256, Outcome.Held)]
    [InlineData(1024, Outcome.Inconclusive)]
    public void WhatMayNotBeListedIsInconclusiveUnlessItsTableIsSmall(long places, Outcome verdict) =>
        Assert.Equal(verdict, Judged(Process with { Open = null, Free = null, States = null, Places = places }).Verdict);

    [Fact]
    public void WhatIsWrongComesFirst()
    {
        var seen = Judged(Port(4, 5));
        Assert.Equal([Outcome.Broken, Outcome.Held], seen.Remarks.Select(remark => remark.Outcome).Distinct());
    }

    [Fact]
    public void ResetsOfHealthChecksAreNoDrops()
    {
        var seen = Judged(Port(128, 0) with { ListenDrops = 0, Counters = Counters(("TcpExt.ListenDrops", 0), ("TcpExt.EmbryonicRsts", 20)),
            Listeners = [new("127.0.0.1:80", 0, 128, 0, 20, ["nginx[7]"])] });
        Assert.Equal((Outcome.Held, "half-open-reset"), (seen.Verdict, seen.Remarks[0].Diagnosis));
    }

    [Theory]
    [InlineData("2", "127.0.0.1", "127.0.0.1:9000", Outcome.Held)]
    [InlineData("2", "10.0.0.1", "10.0.0.2:9000", Outcome.Broken)]
    [InlineData("1", "10.0.0.1", "10.0.0.2:9000", Outcome.Held)]
    [InlineData("0", "127.0.0.1", "127.0.0.1:9000", Outcome.Broken)]
    public void PortsInTimeWaitAreTakenOnlyWhereConnectDoesNotReuseThem(string reuse, string from, string to, Outcome verdict)
    {
        var sysctls = ImmutableSortedDictionary<string, string>.Empty.Add("net.ipv4.tcp_tw_reuse", reuse).Add("net.ipv4.tcp_timestamps", "1");
        Assert.Equal(verdict, Judged(Quiet with { Ports = 200, Sysctls = sysctls, Destinations = [new(from, to, 190, 190)] }).Verdict);
    }

    [Fact]
    public void ARequestOfAReuseportGroupIsHeldAgainstAllItsListeners()
    {
        ImmutableArray<ListeningView> group = [.. Enumerable.Range(0, 4).Select(_ => new ListeningView("127.0.0.1:80", 0, 16, 20, 0, ["nginx[7]"]))];
        Assert.Equal(Outcome.Held, Judged(Port(16, 0) with { Listeners = group }).Verdict);
        Assert.Single(Judged(Port(16, 0) with { Listeners = [.. group.Select(one => one with { HalfOpen = 64 })] }).Remarks,
            remark => remark.Diagnosis == "syn-queue-near");
    }

    [Theory]
    [InlineData(64, "The hard limit is 64, too")]
    [InlineData(4096, "raise the soft limit to 4096 by itself")]
    public void TheWayOutOfASoftLimitDependsOnTheHardOne(long hard, string words) =>
        Assert.Contains(words, Judged(Process with { Open = 62, Free = 3, Soft = 64, Hard = hard }).Remarks[0].Sentence, StringComparison.Ordinal);

    [Fact]
    public void PortAndMachineSayTheSame()
    {
        ImmutableArray<ListeningView> listeners = [new("127.0.0.1:80", 19, 19, 0, 0, ["nginx[7]"]) { CloseWait = 40, QueuedClosed = 2 }];
        var (port, machine) = (Judged(Port(19, 19) with { Listeners = listeners }), Judged(Quiet with { Listeners = listeners }));
        Assert.Equal(["accept-queue-nearly-full", "close-wait-pile", "closed-clients-queued"], machine.Remarks.Select(remark => remark.Diagnosis).Order());
        Assert.Equal(machine.Remarks, port.Remarks.Where(remark => remark.Outcome == Outcome.Broken));
    }

    private static ImmutableSortedDictionary<string, ulong> Counters(params (string Name, ulong Value)[] counters) =>
        counters.ToImmutableSortedDictionary(one => one.Name, one => one.Value);

    [Fact]
    public void DropsOfOtherListenersAreNotThisPorts()
    {
        var counters = Counters(("TcpExt.ListenDrops", 326), ("TcpExt.ListenOverflows", 326));
        Assert.Equal(Outcome.Held, Judged(Port(128, 0) with { ListenDrops = 326, Counters = counters,
            Listeners = [new("127.0.0.1:80", 0, 128, 0, 0, ["nginx[7]"])] }).Verdict);
        Assert.Equal(Outcome.Broken, Judged(Port(128, 0) with { ListenDrops = 326, Counters = counters,
            Listeners = [new("127.0.0.1:80", 0, 128, 0, 326, ["nginx[7]"])] }).Verdict);
    }

    private static PortView Port(long limit, long queue, int? somaxconn = 4096) => new()
    {
        Port = 80,
        Somaxconn = somaxconn,
        Listeners = [new("0.0.0.0:80", queue, limit, 0, 0, ["nginx[7]"])],
        States = ImmutableSortedDictionary<string, long>.Empty,
    };

    private static Inspection Judged(MachineView machine) => InspectionFacts.Judged(Empty with { Machine = machine });

    private static Inspection Judged(ProcessView process) => InspectionFacts.Judged(Empty with { Process = process });

    private static Inspection Judged(PortView port) => InspectionFacts.Judged(Empty with { Port = port });

    private static Inspection Empty => new() { At = default, Kernel = KernelVersion.Parse("6.18.0") };
}
