namespace LoadLab.KernelModel.Tests;

public class TcpEndsTests
{
    private readonly GivenPorts given = new("40000 40009");
    private readonly EndCounts counts = new();

    [Fact]
    public void WhoClosesFirstWaits()
    {
        var ends = Connected();
        ends.Close(Side.Client, hasUnread: false);
        Assert.Equal((TcpState.Close, TcpState.CloseWait, 1), (ends[Side.Client], ends[Side.Server], given.Table.Waiting.FinWait2));
        ends.Close(Side.Server, hasUnread: false);
        Assert.True(ends.IsOver);
        Assert.Equal((0, 1, 0), (given.Table.Waiting.FinWait2, given.Table.Waiting.OfClients, given.Table.Waiting.OfServers));
    }

    [Fact]
    public void ServerThatClosesFirstHasTheTimeWait()
    {
        var ends = Connected();
        ends.Close(Side.Server, hasUnread: false);
        Assert.Equal(TcpState.CloseWait, ends[Side.Client]);
        Assert.Equal(0, given.Connect(10).NotAvailable - 1);
        ends.Close(Side.Client, hasUnread: false);
        Assert.Equal(1, given.Table.Waiting.OfServers);
        Assert.Equal(1, given.Connect(1).Ok);
        Assert.Equal(0, given.Table.Waiting.OfServers);
    }

    [Fact]
    public void HalfCloseKeepsTheSocketInFinWait2UntilTheOtherEndCloses()
    {
        var ends = Connected();
        ends.ShutDown(Side.Client);
        given.Wait(300);
        Assert.Equal((TcpState.FinWait2, TcpState.CloseWait), (ends[Side.Client], ends[Side.Server]));
        ends.Close(Side.Server, hasUnread: false);
        Assert.Equal(1, given.Table.Waiting.OfClients);
    }

    [Fact]
    public void OrphanInFinWait2IsGoneAfterTheFinTimeout()
    {
        var ends = Connected();
        ends.Close(Side.Client, hasUnread: false);
        given.Wait(65);
        Assert.Equal(0, given.Table.Waiting.FinWait2);
        ends.Close(Side.Server, hasUnread: false);
        Assert.True(ends.IsOver);
        Assert.Equal(0, given.Table.Waiting.OfClients);
    }

    [Fact]
    public void CloseWithUnreadDataResetsBothEnds()
    {
        var ends = Connected();
        ends.Close(Side.Server, hasUnread: true);
        Assert.True(ends.IsOver);
        Assert.Equal(0, given.Table.Waiting.OfServers);
        Assert.Equal(10, given.Connect(10).Ok);
    }

    [Fact]
    public void FinOfAClientThatTheServerHasNotTakenStaysUnacknowledged()
    {
        given.Connect(1);
        var ends = new TcpEnds(given.Table, given.Open[^1], counts);
        ends.ClientEstablished();
        ends.Close(Side.Client, hasUnread: false);
        Assert.Equal((TcpState.FinWait1, TcpState.SynRecv), (ends[Side.Client], ends[Side.Server]));
        ends.ServerEstablished();
        Assert.Equal((TcpState.Close, TcpState.CloseWait, 1), (ends[Side.Client], ends[Side.Server], given.Table.Waiting.FinWait2));
    }

    [Fact]
    public void DataForAnEndWithoutAProcessResets()
    {
        var ends = Connected();
        ends.Close(Side.Client, hasUnread: false);
        Assert.False(ends.TakeData(Side.Client));
        Assert.True(ends.IsOver);
        Assert.Equal(0, given.Table.Waiting.FinWait2);
    }

    [Fact]
    public void RandomCasesEndAsTheKernelEndsThem()
    {
        Assert.SkipWhen(KernelDriver.WhyNot is not null, KernelDriver.WhyNot ?? "");
        var count = int.TryParse(Environment.GetEnvironmentVariable("LOADLAB_MODEL_CASES"), out var asked) ? asked : 25;
        for (var seed = 1; seed <= count; seed++)
        {
            var one = new EndsCase(seed);
            var answers = KernelDriver.Run(one.Commands)!;
            var observed = EndsCase.Observed(answers);
            var spoken = string.Join('\n', one.Commands.Zip(answers).Select(pair => $"{pair.First} -> {pair.Second.Text}"));
            Assert.True(
                observed.SequenceEqual(one.Modelled()),
                $"case {seed}\nkernel {string.Join(' ', observed)}\nmodel  {string.Join(' ', one.Modelled())}\n{spoken}");
        }
    }

    private TcpEnds Connected()
    {
        given.Connect(1);
        var ends = new TcpEnds(given.Table, given.Open[^1], counts);
        ends.ClientEstablished();
        ends.ServerEstablished();
        return ends;
    }
}
