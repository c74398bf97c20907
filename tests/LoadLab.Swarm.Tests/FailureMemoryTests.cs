using LoadLab.Model;
using Xunit;

namespace LoadLab.Swarm.Tests;

/// <summary>Exhaustion means failures by the ten thousand: they are all counted, and cost nothing but a number.</summary>
public sealed class FailureMemoryTests : IDisposable
{
    private const int Ports = 1_000;
    private const int Failures = 100_000;
    private const int EarlyFailures = 20_000;
    private const long MostGrowthBytes = 256 * 1024;

    // Nobody else on this machine connects from there.
    private static readonly AddressRange Source = new(0x7F4D0101, 0x7F4D0101);

    /// <summary>A thousand sockets leave finalizers behind, and the next test may measure memory as well.</summary>
    public void Dispose()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }

    [Fact]
    public void AHundredThousandFailedConnectsAreCountedExactlyInConstantMemory()
    {
        using var listener = new Listener(backlog: 4096);
        _ = SwarmTarget.TryCreate("127.0.0.1", listener.Port, out var target);
        var spec = new SwarmSpec { Connections = Ports + Failures, Ports = PortStrategy.Planned, Sources = Source };
        var (failed, early, late) = (0L, 0L, 0L);
        void Watch(Observation observation)
        {
            if (observation is not ConnectsCounted counted)
            {
                return;
            }

            failed += counted.Failures.Sum(failure => failure.Count);
            if (early == 0 && failed >= EarlyFailures)
            {
                early = GC.GetTotalMemory(forceFullCollection: true);
            }
            else if (failed == Failures)
            {
                late = GC.GetTotalMemory(forceFullCollection: true);
            }
        }

        var summary = SwarmRun.Run(spec, target!, (23000, 23000 + Ports - 1), TextWriter.Null, observer: Watch,
            cancellation: TestContext.Current.CancellationToken);

        Assert.Equal((Ports, Failures, 0), (summary.Established, summary.Failed, summary.Pending));
        var failure = Assert.Single(summary.Failures);
        Assert.Equal(("bind", Errno.EADDRINUSE, Failures), (failure.Syscall, failure.Errno, failure.Count));
        Assert.True(failure.First < failure.Last && failure.Last <= summary.Lasted + failure.First);
        Assert.True(early > 0 && late > 0);
        Assert.True(late - early < MostGrowthBytes, $"{Failures - EarlyFailures} more failures took {late - early} bytes of managed memory");
    }
}
