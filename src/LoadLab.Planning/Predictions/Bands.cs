using System.Collections.Immutable;
using LoadLab.KernelModel;
using LoadLab.Model;

namespace LoadLab.Planning.Predictions;

/// <summary>The range of what the model's runs gave over time, step by step.</summary>
internal static class Bands
{
    private static readonly ImmutableArray<(string Name, Func<TraceFigures, long> Of)> Series =
    [
        (BandSeries.AcceptQueue, figures => figures.Queued),
        (BandSeries.SynQueue, figures => figures.HalfOpen),
        (BandSeries.Attempted, figures => figures.Attempted),
        (BandSeries.Established, figures => figures.Established),
        (BandSeries.Failed, figures => figures.Failed),
        (BandSeries.Pending, figures => figures.Pending),
        (BandSeries.ServerOpen, figures => figures.ServerOpen),
        (BandSeries.SwarmOpen, figures => figures.SwarmOpen),
    ];

    /// <summary>The bands; null where the model did not run.</summary>
    public static TimeBands? Of(Scenario scenario, LiveSysctls sysctls)
    {
        var runs = sysctls.RunsMade;
        if (runs.Count == 0)
        {
            return null;
        }

        // Those that the model ran for: none from the first load in shape churn on.
        var phases = Enumerable.Range(0, runs[0].Traces.Length).Select(i => Envelope([.. runs.Select(run => run.Traces[i])])).ToList();
        var shown = Series.Where(one => phases.Exists(phase => phase.Steps.Exists(step => one.Of(step.Most) > 0))).ToList();
        return new TimeBands([.. phases.Select((phase, i) => new PhaseBands(
            scenario.Phases[i].Name,
            phase.Step.Seconds,
            phase.Lasts.Seconds,
            shown.ToImmutableSortedDictionary(one => one.Name, one => Band(phase.Steps, one.Of), StringComparer.Ordinal)))]);
    }

    // A run whose phase is over earlier stays as it was then. What does not change any more is not repeated.
    private static SeriesBand Band(List<TraceRange> steps, Func<TraceFigures, long> of)
    {
        long[] low = [.. steps.Select(step => of(step.Least))], high = [.. steps.Select(step => of(step.Most))];
        var last = steps.Count - 1;
        while (last > 0 && low[last] == low[last - 1] && high[last] == high[last - 1])
        {
            last--;
        }

        return new SeriesBand([.. low[..(last + 1)]], [.. high[..(last + 1)]]);
    }

    private static (Nanoseconds Step, Nanoseconds Lasts, List<TraceRange> Steps) Envelope(ImmutableArray<PhaseTrace> traces)
    {
        var step = traces.Max(trace => trace.Step);
        var widened = traces.Select(trace => Widened(trace.Steps, (int)(step.Value / trace.Step.Value))).ToList();
        var count = widened.Max(steps => steps.Count);
        List<TraceRange> all = [];
        for (var i = 0; i < count; i++)
        {
            var range = At(widened[0], i);
            foreach (var steps in widened.Skip(1))
            {
                range = range.And(At(steps, i));
            }

            all.Add(range);
        }

        return (step, traces.Max(trace => trace.Lasted), all);
    }

    private static TraceRange At(List<TraceRange> steps, int index) => steps[Math.Min(index, steps.Count - 1)];

    private static List<TraceRange> Widened(IReadOnlyList<TraceRange> steps, int by)
    {
        List<TraceRange> wide = [];
        foreach (var (i, step) in steps.Index())
        {
            if (i % by == 0)
            {
                wide.Add(step);
            }
            else
            {
                wide[^1] = wide[^1].And(step);
            }
        }

        return wide;
    }
}
