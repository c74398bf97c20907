using System.Collections.Immutable;
using LoadLab.Judging;
using LoadLab.Lab;
using LoadLab.Model;
using LoadLab.Runs;

namespace LoadLab.Cli;

/// <summary>
/// The bench of the live view: the churn a second with it and a second without, ten of each in a run, so that both sides of a pair are the same
/// processes on the same processors.
/// </summary>
internal sealed class ViewBench(int rounds, Action<string> progress)
{
    /// <summary>Its name.</summary>
    public const string Name = "view";

    /// <summary>A sentence for the help.</summary>
    public const string About = "the churn, a second with the live view drawn four times a second and a second without, ten of each in a round";

    private const string On = "on-";
    private const string Off = "off-";
    private const string WarmUp = "warm-up";
    private static readonly WitnessRef Counted = new(ClientWitnesses.Established);
    private readonly List<BenchRound> pairs = [];
    private readonly List<double> shares = [];

    /// <summary>Runs it.</summary>
    /// <exception cref="CliException">No sandbox was to be had, or a round did not finish.</exception>
    public async Task<BenchResult> RunAsync(CancellationToken stopping)
    {
        var directory = Directory.CreateTempSubdirectory("loadlab-bench-");
        try
        {
            for (var round = 1; round <= rounds; round++)
            {
                await RoundAsync(directory.FullName, stopping);
                progress($"round {round} of {rounds}: ratio {Bootstrap.Median(pairs.TakeLast(pairs.Count / round).Select(Ratio)):0.000}");
            }
        }
        finally
        {
            directory.Delete(recursive: true);
        }

        List<double> ratios = [.. pairs.Select(Ratio)];
        var (low, high) = Bootstrap.OfMedian(ratios);
        return new BenchResult(
            Name,
            "connections/s",
            Bootstrap.Median(pairs.Select(pair => pair.Ours)),
            Bootstrap.Median(pairs.Select(pair => pair.Reference)),
            "the second beside it without a live view",
            Math.Round(Bootstrap.Median(ratios), 4),
            [.. pairs],
            2,
            HostInspection.Kernel.Release)
        {
            RatioInterval = [Math.Round(low, 4), Math.Round(high, 4)],
            OwnShare = Math.Round(Bootstrap.Median(shares), 4),
        };
    }

    private static double Ratio(BenchRound pair) => pair.Ours / pair.Reference;

    private async Task RoundAsync(string directory, CancellationToken stopping)
    {
        var (plan, sandbox) = BenchRun.Planned(Name, Name, []);
        using var session = new RunSession(plan, sandbox, directory, Console.Error);
        var view = new AlternatingView(LiveView.Unseen(plan), phase => phase == WarmUp ? null : phase.StartsWith(On, StringComparison.Ordinal));
        var run = await session.RunAsync(view, () => "interrupted", stopping);
        if (!run.Finished)
        {
            throw CliException.CannotSee($"round did not finish: {run.Unfinished}");
        }

        var phases = run.Primary.Phases.ToDictionary(phase => phase.Name);
        var rates = new Dictionary<string, double>();
        var before = BenchRun.Ask(session, Counted, WarmUp);
        foreach (var phase in run.Primary.Phases.Where(phase => phase.Name != WarmUp))
        {
            var after = BenchRun.Ask(session, Counted, phase.Name);
            rates[phase.Name] = (double)(after - before) / plan.Variants[0].Declared.Swarm.For.Seconds;
            before = after;
        }

        var own = rates.Keys.Where(name => name.StartsWith(On, StringComparison.Ordinal)).ToList();
        pairs.AddRange(own.Select(name => new BenchRound(rates[name], rates[Off + name[On.Length..]])));
        shares.Add((view.With - view.Without).TotalSeconds / own.Sum(name => phases[name].ToS!.Value - phases[name].FromS) / Environment.ProcessorCount);
    }
}
