using System.Text.Json;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Peer.Tests;

public sealed class PeerRoleTests
{
    private static readonly NamespaceIdentity MadeUp = new("net:[1]", "pid:[1]", "another boot", 0);

    // Whatever it is told of the starter and of the sandbox: it looks for itself.
    [Theory]
    [InlineData(SandboxKind.Namespace)]
    [InlineData(SandboxKind.Kernel)]
    [InlineData(SandboxKind.Host)]
    [InlineData(SandboxKind.Container)]
    public void ItDoesNotStartWhereLoadLabMadeNoNetworkNamespace(SandboxKind kind)
    {
        ItDoesNotStart(OwnNamespaces.Current, kind);
        ItDoesNotStart(MadeUp, kind);
    }

    private static void ItDoesNotStart(NamespaceIdentity starter, SandboxKind kind)
    {
        using var written = new MemoryStream();
        Assert.Equal(PeerRole.Refused, PeerRole.Run(new PeerSpec(), RunClock.MonotonicNs, null, starter, kind, Stream.Null, written));
        var said = Assert.IsType<CommandDone>(JsonSerializer.Deserialize(written.ToArray(), ModelJson.Default.Observation));
        Assert.Equal(0, said.Id);
        Assert.Contains("a network namespace that LoadLab made", said.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("198.18.0.0")]
    [InlineData("198.17.255.255-198.18.0.9")]
    [InlineData("198.19.255.250-198.20.0.1")]
    [InlineData("192.0.2.1")]
    public void AddressesThatSomebodyMayHaveAreRefused(string sources)
    {
        Assert.True(AddressRange.TryParse(sources, out var range));
        Assert.Contains("peer.sources", PeerRole.Refusal(new PeerSpec { Sources = range }, null), StringComparison.Ordinal);
    }

    [Fact]
    public void TheBenchmarkRangeInANamespaceOfItsOwnIsTaken() => Assert.Null(PeerRole.Refusal(new PeerSpec(), null));
}
