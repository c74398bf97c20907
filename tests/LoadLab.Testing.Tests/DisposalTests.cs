using System.Net.Sockets;
using LoadLab.Kernel;

namespace LoadLab.Testing.Tests;

/// <summary>An endpoint leaves nothing behind. Alone: threads and descriptors are counted of the whole process.</summary>
[Collection(nameof(Alone))]
public sealed class DisposalTests
{
    private static readonly Func<CancellationToken, Task<FailingEndpoint>>[] Makers =
    [
        async cancelled => await FailingEndpoint.FullAcceptQueueAsync(cancellationToken: cancelled),
        async cancelled => await FailingEndpoint.StalledAsync(cancellationToken: cancelled),
        cancelled => FailingEndpoint.PacedAcceptAsync(10, cancellationToken: cancelled),
        async cancelled => await FailingEndpoint.AtDescriptorLimitAsync(cancellationToken: cancelled),
        cancelled => FailingEndpoint.DropsFirstConnectsAsync(1, cancellationToken: cancelled),
        cancelled => FailingEndpoint.RefusesAsync(cancellationToken: cancelled),
        cancelled => FailingEndpoint.ResetOnAcceptAsync(cancellationToken: cancelled),
        cancelled => FailingEndpoint.ResetAfterBytesAsync(10, cancellationToken: cancelled),
        cancelled => FailingEndpoint.ResetAfterAnswersAsync(1, cancellationToken: cancelled),
        cancelled => FailingEndpoint.ClosesWithoutReadingAsync(cancellationToken: cancelled),
        cancelled => FailingEndpoint.NeverReadsAsync(cancellationToken: cancelled),
        cancelled => FailingEndpoint.NeverAnswersAsync(cancellationToken: cancelled),
        cancelled => FailingEndpoint.HalfClosesAsync(cancellationToken: cancelled),
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NoSocketAndNoThreadIsLeftWhenDisposalReturns()
    {
        foreach (var make in Makers)
        {
            var server = await make(Cancelled);
            var port = server.Port;
            using var client = Clients.New(server);
            var connect = Clients.ErrorOfAsync(() => client.ConnectAsync(server.EndPoint, Cancelled).AsTask());
            await server.DisposeAsync();
            await server.DisposeAsync();
            using var diag = new SockDiag();
            Assert.DoesNotContain(diag.Connections(sourcePort: port), TcpStates.IsListener);
            Assert.Throws<ObjectDisposedException>(() => server.State);
            Assert.Throws<ObjectDisposedException>(() => { _ = server.ResetConnectionsAsync(); });
            client.Dispose();
            _ = await connect.ContinueWith(_ => 0, TaskScheduler.Default);
        }

        // The kernel ends a thread a moment after its last managed call.
        Assert.True(SpinWait.SpinUntil(() => EndpointThreads() == 0, TimeSpan.FromSeconds(5)), $"{EndpointThreads()} threads are left");
    }

    [Fact]
    public async Task DescriptorsDoNotGrowInNumber()
    {
        async Task MakeAllAsync()
        {
            foreach (var make in Makers)
            {
                await using var server = await make(Cancelled);
            }
        }

        await MakeAllAsync();
        var before = Sockets();
        await MakeAllAsync();
        await MakeAllAsync();
        Assert.True(Sockets() <= before, $"{before} sockets before, {Sockets()} after");
    }

    [Fact]
    public async Task AnEndpointOfAFailedTestIsGoneAsWell()
    {
        var port = 0;
        _ = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await using var server = await FailingEndpoint.NeverAnswersAsync(cancellationToken: Cancelled);
            port = server.Port;
            throw new InvalidOperationException("a test fails here");
        });
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Assert.Equal(SocketError.ConnectionRefused, await Clients.ErrorOfAsync(() => client.ConnectAsync("127.0.0.1", port, Cancelled).AsTask()));
    }

    private static int EndpointThreads() =>
        Directory.GetDirectories("/proc/self/task").Count(task => Name(task) == "failing endpoin");

    // A thread's name has 15 bytes in the kernel (TASK_COMM_LEN).
    private static string Name(string task)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "comm")).Trim();
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static int Sockets() => ProcessDescriptors.Read(Environment.ProcessId)!.SocketInodes.Length;
}

/// <summary>Tests with which no other runs.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
