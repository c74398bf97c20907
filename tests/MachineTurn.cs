using System.Reflection;
using Xunit;

[assembly: AssemblyFixture(typeof(LoadLab.Tests.MachineTurn))]

namespace LoadLab.Tests;

/// <summary>
/// One assembly of a kind at a time. Those that measure sockets and threads of their own process would measure each other side by side, and wait for most of
/// their time; those that compute or start processes would take the processors from each other and from the runs of the command line.
/// </summary>
/// <remarks>
/// A named mutex of the session, held until the process ends; one that was left behind by a process that died counts as free. A test project names its
/// turn with Turn; one without a name measures.
/// </remarks>
public sealed class MachineTurn
{
    private static readonly Mutex Turn = new(initiallyOwned: false, $"loadlab-tests-{Name}");

    private static string Name => typeof(MachineTurn).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(one => one.Key == "LoadLab.Turn")?.Value ?? "measures";

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
