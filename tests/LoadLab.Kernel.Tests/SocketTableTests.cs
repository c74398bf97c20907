using LoadLab.Model;

namespace LoadLab.Kernel.Tests;

public sealed class SocketTableTests
{
    // As 6.18 has printed them: a listener, a connection with a running timer, one in TIME-WAIT.
    private const string Ipv4 = """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 0100007F:1B58 00000000:0000 0A 00000000:00000001 00:00000000 00000000     0        0 12177 1 0000000000000000 100 0 0 10 0
           1: 0100007F:1B58 0100007F:C3AA 04 00000001:00000000 01:00000014 00000001     0        0 12178 1 0000000000000000 20 4 30 10 -1
           2: 0100007F:9C40 010012C6:1B58 06 00000000:00000000 03:0000176F 00000000     0        0 0 3 0000000000000000
        """;

    private const string Ipv6 =
        "  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
        + "   0: 00000000000000000000000001000000:1B58 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 "
        + "1 0000000000000000 100 0 0 10 0";

    [Fact]
    public void EndsStatesAndTimersAreRead()
    {
        var rows = SocketTable.Parse(Ipv4).ToList();
        Assert.Equal(["127.0.0.1:7000", "127.0.0.1:7000", "127.0.0.1:40000"], rows.Select(row => row.Local.ToString()));
        Assert.Equal("198.18.0.1:7000", rows[2].Remote.ToString());
        Assert.Equal(["LISTEN", "FIN-WAIT-1", "TIME-WAIT"], rows.Select(row => TcpStates.NameOf(row.State)));
        Assert.Equal([null, 0.2, 59.99], rows.Select(row => row.TimerS));
        Assert.Equal([12177, 12178, 0], rows.Select(row => row.Inode));
        Assert.True(rows[0].Remote.IsNone);
    }

    [Fact]
    public void AddressesOfIpv6AreFourNumbersOfTheHostsOrder()
    {
        var row = Assert.Single(SocketTable.Parse(Ipv6));
        Assert.Equal("[::1]:7000", row.Local.ToString());
        Assert.False(row.Local.IsIpv4);
    }

    [Theory]
    [InlineData("")]
    [InlineData("heading\nnonsense\n")]
    [InlineData("heading\n 0: 0100007F:1B58 00000000:0000 0A\n")]
    [InlineData("heading\n 0: 0100007F 00000000:0000 0A 0:0 00:0 0\n")]
    [InlineData("heading\n 0: 0100007F:1B585 00000000:0000 0A 0:0 00:0 0\n")]
    [InlineData("heading\n 0: 0100007F:FFFFFFFF 00000000:0000 0A 0:0 00:0 0\n")]
    [InlineData("heading\n 0: 0100007F:1B58 00000000:0000 FFFFFFFF 0:0 00:0 0\n")]
    public void ALineThatDoesNotFitIsLeftOut(string text) => Assert.Empty(SocketTable.Parse(text));

    [Fact]
    public void AListenerOfThisProcessIsInTheTable()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var end = new SocketEnd(TcpSegment.Mapped(0x7F000001), ((System.Net.IPEndPoint)listener.LocalEndpoint).Port);
        Assert.Contains(SocketTable.Read(), row => row.Local == end && TcpStates.NameOf(row.State) == "LISTEN");
        using var diag = new SockDiag();
        Assert.Contains(diag.All(), row => row.Source == end.Address && row.SourcePort == end.Port && row.TimerMs is null);
    }
}
