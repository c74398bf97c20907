using LoadLab.Model;

namespace LoadLab.KernelModel.Tests;

public class PortTableTests
{
    private const uint Other = 0x7F000002;

    [Theory]
    [InlineData("40000 40019", 20, 20)]
    [InlineData("40000 40000", 1, 1)]
    [InlineData("40000 40001", 2, 2)]
    [InlineData("40000 40002", 2, 2)]
    [InlineData("40000 40040", 40, 41)]
    [InlineData("40001 40005", 4, 5)]
    public void SearchOfAnOddRangeLeavesOnePortOutOrNot(string range, int least, int most)
    {
        Assert.Equal((least, 100 - least, 0), new GivenPorts(range, choice: 0).Connect(100));
        Assert.Equal((most, 100 - most, 0), new GivenPorts(range, choice: 1).Connect(100));
        Assert.InRange(new GivenPorts(range, choice: 0.4).Connect(100).Ok, least, most);
    }

    [Fact]
    public void EachSourceAndEachDestinationHasTheRangeForItself()
    {
        var given = new GivenPorts("40000 40009");
        Assert.Equal(10, given.Connect(12).Ok);
        Assert.Equal(10, given.Connect(12, port: 9001).Ok);
        Assert.Equal(10, given.Connect(12, BindWay.NoPort, Other).Ok);
        Assert.Equal(10, given.Connect(12, to: Other).Ok);
    }

    [Fact]
    public void NoPortWithoutAnAddressIsTheLoopbackAddress()
    {
        var given = new GivenPorts("40000 40009");
        Assert.Equal(10, given.Connect(12).Ok);
        Assert.Equal((0, 5, 0), given.Connect(5, BindWay.NoPort));
    }

    [Fact]
    public void ListenersPortIsNoClients()
    {
        var given = new GivenPorts("40000 40009");
        Assert.Equal(Errno.None, given.Table.Listen(Endpoint.IPv4(GivenPorts.Loopback, 40004), isReusable: true, isInGroup: false, out _));
        Assert.Equal(9, given.Connect(12).Ok);
        Assert.Equal(9, given.Connect(12, BindWay.NoPort, Other).Ok);
        given.Close(9, PortEnd.Free);
        Assert.Equal((9, 0, 1), given.Connect(10, planned: 40000, source: GivenPorts.Loopback, port: 9001));
    }

    [Fact]
    public void ListenerWithoutAPortOfItsOwnTakesOneOfTheRange()
    {
        var given = new GivenPorts("40000 40009");
        Assert.Equal(Errno.None, given.Table.Listen(Endpoint.IPv4(GivenPorts.Loopback, 0), isReusable: false, isInGroup: false, out var listener));
        Assert.InRange(listener!.Source.Port, 40000, 40009);
        Assert.Equal(9, given.Connect(12, port: listener.Source.Port).Ok);
    }

    [Fact]
    public void ReservedPortsAreOnlyTakenByName()
    {
        var given = new GivenPorts("40000 40009", more: [("ip_local_reserved_ports", "40002,40005-40006")]);
        Assert.Equal((7, 3, 0), given.Connect(10));
        Assert.Equal((7, 0, 3), given.Connect(10, BindWay.First, Other));
        Assert.Equal((10, 0, 0), given.Connect(10, source: 0x7F000003, planned: 40000));
    }

    [Fact]
    public void BindFirstNeedsAPortThatNobodyHasAtItsAddress()
    {
        var given = new GivenPorts("40000 40009");
        Assert.Equal((10, 0, 2), given.Connect(12, BindWay.First, Other));
        Assert.Equal((0, 0, 2), given.Connect(2, BindWay.First, Other, port: 9001));
        Assert.Equal((0, 2, 0), given.Connect(2, BindWay.NoPort, 0x7F000003));
        Assert.Equal((10, 0, 2), given.Connect(12, BindWay.First, 0x7F000003));
    }

    [Fact]
    public void PlannedPortsAreHeldOnce()
    {
        var given = new GivenPorts("40000 40009");
        Assert.Equal((10, 0, 0), given.Connect(10, source: GivenPorts.Loopback, planned: 40000));
        Assert.Equal((0, 0, 10), given.Connect(10, source: GivenPorts.Loopback, planned: 40000));
        Assert.Equal((10, 0, 0), given.Connect(10, source: Other, planned: 40000));
    }

    [Theory]
    [InlineData("6.18.44", 3, true)]
    [InlineData("6.6.0", 4, false)]
    public void LocalPortRangeIsSearchedByOneSince68(string kernel, int least, bool findsAll)
    {
        var odd = new PortRange(40002, 40004);
        Assert.Equal(findsAll ? 3 : 2, new GivenPorts("40000 40009", kernel: kernel).Connect(5, local: odd).Ok);
        Assert.InRange(new GivenPorts("40000 40009", kernel: kernel).Connect(5, local: new PortRange(40002, 40006)).Ok, least, 5);
    }

    [Theory]
    [InlineData("2", "1", 1.1, 10)]
    [InlineData("2", "1", 0.9, 0)]
    [InlineData("1", "1", 1.1, 10)]
    [InlineData("0", "1", 4, 0)]
    [InlineData("2", "0", 4, 0)]
    public void PortInTimeWaitIsTakenAgainAfterTheDelay(string reuse, string timestamps, double after, int again)
    {
        var given = new GivenPorts("40000 40009", more: [("tcp_tw_reuse", reuse), ("tcp_timestamps", timestamps)]);
        Assert.Equal(10, given.Connect(10).Ok);
        given.Close(10, PortEnd.ClientTimeWait);
        Assert.Equal(10, given.Table.Waiting.OfClients);
        given.Wait(after);
        Assert.Equal((again, 12 - again, 0), given.Connect(12));
        Assert.Equal(10 - again, given.Table.Waiting.OfClients);
        Assert.Equal(again, given.Table.Recycled);
    }

    [Fact]
    public void ReuseOffLoopbackNeedsTheFirstMode()
    {
        var given = new GivenPorts("40000 40009");
        const uint Benchmark = 0xC6120001;
        Assert.Equal(10, given.Connect(10, BindWay.NoPort, Benchmark, to: Benchmark).Ok);
        given.Close(10, PortEnd.ClientTimeWait);
        given.Wait(2);
        Assert.Equal(0, given.Connect(10, BindWay.NoPort, Benchmark, to: Benchmark).Ok);
        given.State.Set([new("net.ipv4.tcp_tw_reuse", "1")]);
        Assert.Equal(10, given.Connect(10, BindWay.NoPort, Benchmark, to: Benchmark).Ok);
    }

    [Fact]
    public void TimeWaitEndsAfterAMinute()
    {
        var given = new GivenPorts("40000 40009", more: [("tcp_tw_reuse", "0")]);
        given.Connect(10);
        given.Close(10, PortEnd.ClientTimeWait);
        given.Wait(59.9);
        Assert.Equal(10, given.Table.Waiting.OfClients);
        Assert.Equal(0, given.Connect(10).Ok);
        given.Wait(4.3);
        Assert.Equal(0, given.Table.Waiting.OfClients);
        Assert.Equal(10, given.Connect(10).Ok);
    }

    [Fact]
    public void ServersTimeWaitEndsWhenItsPortPairIsUsedAgain()
    {
        var given = new GivenPorts("40000 40009");
        given.Connect(10);
        given.Close(10, PortEnd.ServerTimeWait);
        Assert.Equal(10, given.Table.Waiting.OfServers);
        Assert.Equal(4, given.Connect(4).Ok);
        Assert.Equal(6, given.Table.Waiting.OfServers);
        Assert.Equal(0, given.Table.Recycled);
    }

    [Fact]
    public void BucketsBoundBothEndsTogether()
    {
        var given = new GivenPorts("40000 40039", more: [("tcp_max_tw_buckets", "5")]);
        given.Connect(20);
        given.Close(3, PortEnd.ClientTimeWait);
        given.Close(1, PortEnd.ClientFinWait2);
        given.Close(16, PortEnd.ServerTimeWait);
        Assert.Equal((3, 1, 1, 15), (given.Table.Waiting.OfClients, given.Table.Waiting.FinWait2, given.Table.Waiting.OfServers,
            given.Table.Waiting.Overflows));
    }

    [Fact]
    public void OrphanInFinWait2KeepsItsPortForTheFinTimeout()
    {
        var given = new GivenPorts("40000 40000", more: [("tcp_fin_timeout", "3")]);
        given.Connect(1);
        var lease = given.Open[0];
        given.Close(1, PortEnd.ClientFinWait2);
        given.Wait(2.5);
        Assert.Equal((0, 1, 0), given.Connect(1));
        given.Wait(1);
        Assert.Equal((1, 0, 0), given.Connect(1));
        given.Table.Close(lease, PortEnd.ClientTimeWait);
        Assert.Equal(0, given.Table.Waiting.OfClients);
        Assert.Equal((0, 1, 0), given.Connect(1));
    }

    [Theory]
    [InlineData("6.18.44", 1)]
    [InlineData("6.12.48", 0)]
    public void PortThatBindHadIsConnectsAgainSince618(string kernel, int again)
    {
        var given = new GivenPorts("40000 40000", kernel: kernel);
        Assert.Equal(1, given.Connect(1, BindWay.NoPort, Other).Ok);
        Assert.Equal(1, given.Connect(1, BindWay.First, 0x7F000003).Ok);
        Assert.Equal(0, given.Connect(1, BindWay.NoPort, 0x7F000004).Ok);
        given.Table.Close(given.Open[1], PortEnd.Free);
        Assert.Equal(again, given.Connect(1, BindWay.NoPort, 0x7F000004).Ok);
    }

    [Theory]
    [InlineData("0", 0, 0)]
    [InlineData("1", 0, 10)]
    [InlineData("1", 1, 1)]
    public void AutobindReuseSharesPortsAmongReusableSockets(string autobindReuse, double choice, int shared)
    {
        var given = new GivenPorts("40000 40009", choice, more: [("ip_autobind_reuse", autobindReuse)]);
        Assert.Equal(10, given.Connect(10, BindWay.First, Other, mayShare: true).Ok);
        Assert.InRange(given.Connect(10, BindWay.First, Other, port: 9001, mayShare: true).Ok, Math.Min(shared, 1), shared);
        Assert.Equal(0, given.Connect(10, BindWay.First, Other, port: 9002).Ok);
    }

    [Fact]
    public void SysctlsCountFromTheirChangeOn()
    {
        var given = new GivenPorts("40000 40009");
        Assert.Equal(10, given.Connect(20).Ok);
        given.State.Set([new("net.ipv4.ip_local_port_range", "40000 40019")]);
        Assert.Equal(10, given.Connect(20).Ok);
    }

    [Fact]
    public void HalfAMillionPlannedConnectsTakeSeconds()
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var given = new GivenPorts("10000 59999");
        for (var source = 1u; source <= 10; source++)
        {
            Assert.Equal(50_000, given.Connect(50_000, source: 0x7F010000 + source, planned: 10000).Ok);
        }

        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 10);
    }

    [Fact]
    public void FullRangeIsSearchedInSeconds()
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        Assert.Equal((28_232, 1_768, 0), new GivenPorts("32768 60999").Connect(30_000));
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 10);
    }
}
