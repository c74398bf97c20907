using Xunit;

[assembly: AssemblyFixture(typeof(LoadLab.Tests.MachineTurn))]

namespace LoadLab.Tests;

/// <summary>One test assembly at a time on this machine: they measure real sockets, and side by side they would measure each other.</summary>
/// <remarks>A named mutex, held until the process ends; one that was left behind by a process that died counts as free.</remarks>
public sealed class MachineTurn
{
    private static readonly Mutex Turn = new(initiallyOwned: false, "loadlab-tests");

    /// <summary>Waits for the turn.</summary>
    public MachineTurn()
    {
        using var taken = new ManualResetEventSlim();
        var holder = new Thread(() =>
        {
            try
            {
                _ = Turn.WaitOne();
            }
            catch (AbandonedMutexException)
            {
                // The one before did not say goodbye; the turn is ours nevertheless.
            }

            taken.Set();
            _ = new ManualResetEventSlim().WaitHandle.WaitOne();
        })
        {
            IsBackground = true,
            Name = "holds the machine's turn",
        };
        holder.Start();
        taken.Wait(TestContext.Current.CancellationToken);
    }
}
