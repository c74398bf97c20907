using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>Retransmissions by kind and attempt since the last line about them.</summary>
internal sealed class RetransmitSums
{
    // tcp_syn_retries goes up to 127; what is sent more often than this counts as this.
    private const int MostAttempts = 255;
    private readonly SortedDictionary<(RetransmitKind Kind, int Attempt), RetransmitSum> sums = [];

    /// <summary>True when there were none.</summary>
    public bool IsEmpty => sums.Count == 0;

    /// <summary>Adds one.</summary>
    public void Add(in Retransmission again)
    {
        var key = (again.Kind, Math.Min(again.Attempt, MostAttempts));
        if (!sums.TryGetValue(key, out var sum))
        {
            sums[key] = sum = new RetransmitSum(key.Kind, key.Item2, new LatencyHistogram(), new LatencyHistogram());
        }

        sum.SinceFirst.Add(again.SinceFirst);
        sum.SincePrevious.Add(again.SincePrevious);
    }

    /// <summary>All of them; from now on it counts anew.</summary>
    public ImmutableArray<RetransmitSum> Take()
    {
        ImmutableArray<RetransmitSum> all = [.. sums.Values];
        sums.Clear();
        return all;
    }
}
