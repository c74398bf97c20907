using System.Diagnostics;
using System.Net.Sockets;
using LoadLab.Kernel;

namespace LoadLab.Testing.Tests;

/// <summary>EMFILE at the endpoint's accept4(2), and nowhere else.</summary>
public sealed class DescriptorLimitTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task ConnectionsWaitUntilDescriptorsComeBack(AddressFamily family)
    {
        await using var server = await FailingEndpoint.AtDescriptorLimitAsync(Clients.Over(family), Cancelled);
        using var client = await Clients.ConnectAsync(server);
        var answer = Clients.GetAsync(client);
        var waiting = await server.WhenAsync(state => state.DescriptorLimitReached >= 3, cancellationToken: Cancelled);
        Assert.Equal((1, 0), (waiting.AcceptQueue, waiting.Accepted));
        Assert.False(answer.IsCompleted);
        await server.FreeDescriptorsAsync();
        Assert.EndsWith("ok", await answer, StringComparison.Ordinal);
        Assert.Equal((0, 1), (server.State.AcceptQueue, server.State.Accepted));
    }

    [Fact]
    public async Task TheProcessOfTheTestsIsNotAtAnyLimit()
    {
        var before = ResourceLimits.Nofile(0);
        await using var server = await FailingEndpoint.AtDescriptorLimitAsync(cancellationToken: Cancelled);
        var limited = ProcessDescriptors.Read(server.ProcessId)!.Open;
        Assert.Equal(ResourceLimits.Nofile(server.ProcessId)!.Value.Soft, limited);
        Assert.Equal(before, ResourceLimits.Nofile(0));
        await using var file = File.OpenRead("/proc/self/status");
    }

    [Fact]
    public async Task SeveralAreAtTheLimitAtOnceAndEndWithTheirEndpoints()
    {
        var servers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => FailingEndpoint.AtDescriptorLimitAsync(cancellationToken: Cancelled)));
        foreach (var server in servers)
        {
            var pid = server.ProcessId;
            using var client = await Clients.ConnectAsync(server);
            Assert.Equal(1, (await server.WhenAsync(state => state.DescriptorLimitReached > 0, cancellationToken: Cancelled)).AcceptQueue);
            await server.DisposeAsync();
            Assert.Equal(SocketError.ConnectionReset, await Clients.ErrorOfAsync(() => client.ReceiveAsync(new byte[1], Cancelled).AsTask()));
            Assert.Null(ProcessStat.ReadState(pid));
        }
    }

    [Fact]
    public async Task AProcessThatWasKilledIsReported()
    {
        await using var server = await FailingEndpoint.AtDescriptorLimitAsync(cancellationToken: Cancelled);
        using (var process = Process.GetProcessById(server.ProcessId))
        {
            process.Kill();
            await process.WaitForExitAsync(Cancelled);
        }

        Assert.Contains("has ended", Assert.Throws<EndpointException>(() => server.State).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ItsProcessEndsWithTheTestsProcessAlsoWhenThatIsKilled()
    {
        using var tests = Process.Start(new ProcessStartInfo("dotnet", [FullQueueOnKernelsTests.Subject, "at-limit"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var pid = int.Parse((await tests.StandardOutput.ReadLineAsync(Cancelled))!, System.Globalization.CultureInfo.InvariantCulture);
        Assert.NotNull(ProcessStat.ReadState(pid));
        tests.Kill();
        await tests.WaitForExitAsync(Cancelled);
        Assert.True(SpinWait.SpinUntil(() => ProcessStat.ReadState(pid) is null or 'Z', TimeSpan.FromSeconds(10)), $"process {pid} is left");
    }
}
