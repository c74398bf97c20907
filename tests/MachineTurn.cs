using Xunit;

[assembly: AssemblyFixture(typeof(LoadLab.Tests.MachineTurn))]

namespace LoadLab.Tests;

/// <summary>
/// One of the assemblies that measure sockets and threads of their own process at a time: side by side they would measure each other. Assemblies that
/// compute, and those that start processes and wait for them, take no turn.
/// </summary>
/// <remarks>
/// A named mutex of the session, held until the process ends; one that was left behind by a process that died counts as free. A test project takes part
/// with MeasuresItself.
/// </remarks>
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
                // The process before was killed; the turn is ours all the same.
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
