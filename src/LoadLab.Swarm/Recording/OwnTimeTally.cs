using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>How long connects took, by tenth of the load and by outcome: constant memory whatever their number. One thread calls it.</summary>
internal sealed class OwnTimeTally
{
    private const int Tenths = 10;
    private readonly LatencyHistogram?[] times = new LatencyHistogram?[2 * Tenths];

    /// <summary>Adds one.</summary>
    public void Add(int tenth, bool isFailed, long ns) => (times[(isFailed ? Tenths : 0) + tenth - 1] ??= new LatencyHistogram()).Add(new Nanoseconds(ns));

    /// <summary>All of them; empty afterwards.</summary>
    public ImmutableArray<OwnTime> Take()
    {
        var taken = ImmutableArray.CreateBuilder<OwnTime>();
        for (var i = 0; i < times.Length; i++)
        {
            if (times[i] is { } some)
            {
                taken.Add(new OwnTime((i % Tenths) + 1, i >= Tenths, some));
                times[i] = null;
            }
        }

        return taken.DrainToImmutable();
    }
}
