using LoadLab.Reporting;

namespace LoadLab.Cli;

/// <summary>
/// A scenario run several times, in turn with other processes that name the same file: so that runs under different tunings alternate, also where
/// each has a container of its own.
/// </summary>
/// <param name="Times">How often.</param>
/// <param name="TurnFile">Who holds it runs; null: nobody is waited for.</param>
internal sealed record Repetition(int Times, string? TurnFile)
{
    private const int MostTimes = 100;
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    // Longer than a waiting one asks: so it is another's turn, if there is another.
    private static readonly TimeSpan AfterTurn = TimeSpan.FromMilliseconds(200);

    /// <summary>From the options.</summary>
    /// <exception cref="CliException">They contradict each other, or are out of range.</exception>
    public static Repetition Of(int times, string? turnFile, bool json) =>
        times is < 1 or > MostTimes ? throw CliException.BadInput($"--repeat {times}: takes 1 to {MostTimes}")
        : json && times > 1 ? throw CliException.BadInput(
            "--json writes one document, and --repeat makes several: each run's is in its folder, and "
            + $"'{TypedCommand.Of("loadlab compare DIR DIR --json")}' makes one of them")
        : new Repetition(times, turnFile);

    /// <summary>Runs it; the exit status of the worst.</summary>
    /// <param name="once">One run, to its exit status.</param>
    public async Task<int> RunAsync(Func<Task<int>> once)
    {
        var worst = ExitStatus.Held;
        for (var run = 1; run <= Times; run++)
        {
            using (await TakeTurnAsync())
            {
                var status = await once();
                if (status is ExitStatus.Interrupted or ExitStatus.BadInput)
                {
                    return status;
                }

                worst = worst == ExitStatus.Broken || status == ExitStatus.Held ? worst : status;
            }

            if (TurnFile is not null && run < Times)
            {
                await Task.Delay(AfterTurn);
            }
        }

        return worst;
    }

    // A lock of flock(2), which ends with its holder: nobody who was killed keeps the others from their turn.
    private async Task<IDisposable?> TakeTurnAsync()
    {
        var began = TimeProvider.System.GetTimestamp();
        while (TurnFile is not null)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(TurnFile))!);
                return new FileStream(TurnFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (Exception e) when (e is UnauthorizedAccessException or DirectoryNotFoundException)
            {
                throw CliException.BadInput($"--turn {TurnFile}: {e.Message}");
            }
            catch (IOException) when (TimeProvider.System.GetElapsedTime(began) < Patience)
            {
                await Task.Delay(AskEvery);
            }
            catch (IOException e)
            {
                throw CliException.CannotSee($"--turn {TurnFile}: it was another's turn for {Patience.TotalMinutes:0} minutes ({e.Message})");
            }
        }

        return null;
    }
}
