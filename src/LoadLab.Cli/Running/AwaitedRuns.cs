using LoadLab.Model;
using LoadLab.Reporting;

namespace LoadLab.Cli;

/// <summary>Runs that other processes are about to make, each kind in a folder of its own: waits for them, so that no orchestrator has to.</summary>
/// <param name="Count">How many in each folder.</param>
/// <param name="Since">Older ones are of an earlier session.</param>
internal sealed record AwaitedRuns(int Count, DateTimeOffset Since)
{
    private const int Most = 100;

    // Containers of one 'up' are started one after the other.
    private static readonly TimeSpan StartedTogether = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    /// <summary>From now on.</summary>
    public static AwaitedRuns Of(int count) => count is >= 1 and <= Most
        ? new AwaitedRuns(count, TimeProvider.System.GetUtcNow() - StartedTogether)
        : throw CliException.BadInput($"--await {count}: takes 1 to {Most}");

    /// <summary>The newest runs of each folder, in the folders' order.</summary>
    /// <exception cref="CliException">They did not come.</exception>
    public IReadOnlyList<List<RunDocument>> In(string[] folders, string[] names, TextWriter output)
    {
        var began = TimeProvider.System.GetTimestamp();
        var told = "";
        while (true)
        {
            var found = folders.Select(Newest).ToList();
            if (found.TrueForAll(runs => runs.Count == Count))
            {
                return found;
            }

            var state = string.Join(", ", names.Zip(found, (name, runs) => $"{name} {runs.Count} of {Count}"));
            if (state != told)
            {
                output.WriteLine($"awaits runs: {state}");
                told = state;
            }

            if (TimeProvider.System.GetElapsedTime(began) > Patience)
            {
                throw CliException.CannotSee($"--await {Count}: after {Patience.TotalMinutes:0} minutes there are {state}");
            }

            CancellationToken.None.WaitHandle.WaitOne(LookEvery);
        }
    }

    // A run that ended otherwise than by its phases is not waited for again: it is one of the runs, and the comparison says what it was.
    private List<RunDocument> Newest(string folder) =>
    [
        .. RunFolders.In(folder).Select(place => StoredRun.Open(place).Run).OfType<RunDocument>()
            .Where(run => run.Started >= Since && run.DurationS > 0).OrderByDescending(run => run.Started).Take(Count).Reverse(),
    ];
}
