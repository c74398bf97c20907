namespace LoadLab.Kernel.Tests;

public sealed class SockStatTests
{
    [Theory]
    [InlineData("6.1.176-uml")]
    [InlineData("6.18.44")]
    public void EveryPairIsRead(string kernel)
    {
        var values = SockStat.Parse(Fixtures.Bytes(kernel, "sockstat"));
        Assert.True(values.ContainsKey("TCP.inuse"));
        Assert.True(values.ContainsKey("TCP.tw"));
        Assert.True(values.ContainsKey("sockets.used"));
    }

    [Fact]
    public void ValuesAreTheirs() => Assert.Equal(42, SockStat.Parse("TCP: inuse 5 orphan 0 tw 42 alloc 9 mem 3\n"u8)["TCP.tw"]);
}
