using System.Diagnostics;
using LoadLab.Judging.Diagnoses;
using LoadLab.Model;
using Microsoft.Extensions.Logging;

namespace LoadLab.Cli;

/// <summary>Tells each diagnosis of a watch once when it begins and once when it is over, as a log record and as a line.</summary>
/// <remarks>Not thread-safe. Counters and drops count by what they moved since the look before: what was before the watch is none of its business.</remarks>
/// <param name="log">Gets the records.</param>
/// <param name="lines">Gets the lines.</param>
internal sealed class WatchEvents(ILogger log, TextWriter lines)
{
    private readonly Dictionary<(string Id, string About), long> active = [];
    private int leftOut = -1;

    /// <summary>How many diagnoses have begun.</summary>
    public int Begun { get; private set; }

    /// <summary>The longest accept queue in any look; null: nothing was queued.</summary>
    public ListenerTick? Longest { get; private set; }

    /// <summary>Takes a look.</summary>
    public void Tell(MachineTick tick)
    {
        var longest = tick.Listeners.IsEmpty ? null : tick.Listeners[0];
        Longest = longest?.View.Queue > (Longest?.View.Queue ?? 0) ? longest : Longest;
        TellLeftOut(tick);
        var facts = InspectionFacts.Of(tick.View) with
        {
            DropsSince = "since the look before",
            Processes = [.. tick.Processes.Select(one =>
                new ProcessFacts(one.Name, one.Open, Math.Max(0, one.Soft - one.Open), one.Soft, one.Hard, one.Open >= one.Soft))],
        };
        var found = DiagnosisCatalogue.Of(facts).Where(one => one.Severity is Severity.Fault or Severity.Risk).DistinctBy(one => (one.Id, one.About))
            .ToDictionary(one => (one.Id, one.About));
        foreach (var (key, one) in found)
        {
            if (active.TryAdd(key, Stopwatch.GetTimestamp()))
            {
                Begin(one);
            }
        }

        foreach (var (key, since) in active.Where(pair => !found.ContainsKey(pair.Key)).ToList())
        {
            _ = active.Remove(key);
            var lasted = Math.Round(Stopwatch.GetElapsedTime(since).TotalSeconds, 1);
            log.Over(key.Id, key.About, lasted);
            Line($"over, after {lasted} s: {key.About} ({key.Id})");
        }
    }

    private void Begin(Diagnosed one)
    {
        Begun++;
        if (one.Severity == Severity.Fault)
        {
            log.Fault(one.Id, one.About, one.Happened);
        }
        else
        {
            log.Risk(one.Id, one.About, one.Happened);
        }

        Line($"{one.About}: {one.Happened} ({one.Id})");
    }

    private void TellLeftOut(MachineTick tick)
    {
        var (before, now) = (leftOut, tick.AllListeners - tick.Listeners.Length);
        leftOut = now;
        if (now != before && (now > 0 || before > 0))
        {
            log.LeftOut(tick.AllListeners, tick.Listeners.Length, now);
            Line($"{tick.AllListeners} listeners: the {tick.Listeners.Length} busiest are told, {now} are left out (--most)");
        }
    }

    private void Line(string text) => lines.WriteLine($"{TimeProvider.System.GetLocalNow():HH:mm:ss} {text}");
}
