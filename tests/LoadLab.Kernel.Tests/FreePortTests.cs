using System.Net;
using System.Net.Sockets;

namespace LoadLab.Kernel.Tests;

/// <summary>The roles of a run rehearse at the same time, in one namespace.</summary>
public sealed class FreePortTests
{
    // A port that was found by one and taken by another ended 1 of 150 runs with EADDRINUSE.
    [Fact]
    public async Task ThoseWhoTakeAPortAtTheSameTimeGetOneEach()
    {
        const int Each = 40;
        var cancellation = TestContext.Current.CancellationToken;
        using var together = new Barrier(4);
        var takers = Enumerable.Range(0, together.ParticipantCount).Select(_ => Task.Factory.StartNew(
            () =>
            {
                together.SignalAndWait(cancellation);
                return Enumerable.Range(0, Each).Select(_ => FreePort.Listening(backlog: 1)).ToList();
            },
            cancellation,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default));
        var taken = (await Task.WhenAll(takers)).SelectMany(sockets => sockets).ToList();
        var ports = taken.Select(socket => ((IPEndPoint)socket.LocalEndPoint!).Port).ToHashSet();
        taken.ForEach(socket => socket.Dispose());
        Assert.Equal(together.ParticipantCount * Each, ports.Count);
    }

    [Fact]
    public void APortThatIsRefusedIsPassedOver()
    {
        using var first = FreePort.Bound();
        var refused = new List<int>();
        using var second = FreePort.Take(port =>
        {
            if (refused.Count < 2)
            {
                refused.Add(port);
                return null;
            }

            return new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        });
        Assert.NotNull(second);
        Assert.Equal(2, refused.Distinct().Count());
    }
}
