using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace LoadLab.Kernel.Tests;

public sealed class NetCountersTests
{
    [Theory]
    [InlineData("6.1.176-uml")]
    [InlineData("6.18.44")]
    public void EveryNameOfBothFilesIsKept(string kernel)
    {
        var netstat = Fixtures.Bytes(kernel, "netstat");
        var snmp = Fixtures.Bytes(kernel, "snmp");
        var counters = NetCounters.Parse(netstat, snmp);
        var names = NamesOf(netstat).Concat(NamesOf(snmp)).ToHashSet();
        Assert.Equal(names, counters.Values.Keys.ToHashSet());
        Assert.Contains("TcpExt.ListenOverflows", names);
        Assert.Contains("Tcp.RetransSegs", names);
    }

    [Fact]
    public void AbsentIsNotZero()
    {
        var old = NetCounters.Parse(Fixtures.Bytes("6.1.176-uml", "netstat"));
        Assert.Equal(0ul, old["TcpExt.ListenOverflows"]);
        Assert.Null(old["TcpExt.TCPAOBad"]);
    }

    [Fact]
    public void UnknownCounterIsKept() =>
        Assert.Equal(7ul, NetCounters.Parse("TcpExt: FromTheFuture Other\nTcpExt: 7 9\n"u8)["TcpExt.FromTheFuture"]);

    [Fact]
    public void TheLargestValueIsReadExactly() =>
        Assert.Equal(18446744073709551615ul, NetCounters.Parse("IpExt: InOctets\nIpExt: 18446744073709551615\n"u8)["IpExt.InOctets"]);

    [Fact]
    public void ANegativeValueIsKeptAsItsTwosComplement() =>
        Assert.Equal(unchecked((ulong)-1L), NetCounters.Parse("Tcp: MaxConn\nTcp: -1\n"u8)["Tcp.MaxConn"]);

    [Fact]
    public void LinesThatDoNotFitTogetherAreLeftOut() =>
        Assert.Equal(0, NetCounters.Parse("TcpExt: A B\nIpExt: 1 2\n"u8).Count);

    [Fact]
    public void ACutFileGivesWhatIsThere() =>
        Assert.Equal(1, NetCounters.Parse("TcpExt: A B C\nTcpExt: 5"u8).Count);

    [Fact]
    public void GarbageNeverThrows() => Prop.ForAll<byte[]>(garbage =>
    {
        _ = NetCounters.Parse(garbage);
        _ = SockStat.Parse(garbage);
        return true;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void TheLiveKernelHasTheDropCounters()
    {
        using var reader = new NetCounterReader();
        var counters = reader.Read();
        Assert.NotNull(counters["TcpExt.ListenOverflows"]);
        Assert.NotNull(counters["TcpExt.ListenDrops"]);
        Assert.NotNull(reader.Read()["TcpExt.TCPSynRetrans"]);
    }

    [Fact]
    public void OfANameThatIsThereTwiceTheLastValueHoldsWithAnEarlierReadingToo()
    {
        var once = NetCounters.Parse("TcpExt: A B\nTcpExt: 1 2\n"u8);
        var twice = "TcpExt: A B A\nTcpExt: 1 2 5\n"u8;
        Assert.Equal(5ul, NetCounters.Parse(twice)["TcpExt.A"]);
        Assert.Equal([("TcpExt.A", 4ul)], NetCounters.Parse(twice).Since(once));
        Assert.Equal([("TcpExt.A", 4ul)], NetCounters.Parse(twice, default, null, once).Since(once));
    }

    private static IEnumerable<string> NamesOf(byte[] text)
    {
        var lines = Encoding.UTF8.GetString(text).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < lines.Length; i += 2)
        {
            var words = lines[i].Split(' ');
            foreach (var word in words.Skip(1))
            {
                yield return $"{words[0].TrimEnd(':')}.{word}";
            }
        }
    }
}
