namespace LoadLab.Lab;

/// <summary>Sequence space that was sent in one go: from, to (exclusive), when first and last, how often again.</summary>
internal struct SentRange
{
    public uint Start;
    public uint End;
    public long FirstNs;
    public long LastNs;
    public int Attempts;
}

/// <summary>
/// What one end of a flow has sent after its SYN, in order of sequence number modulo 2^32, with the times of what may still be retransmitted.
/// </summary>
/// <remarks>
/// Bounded: what was acknowledged is forgotten but for its upper end, and beyond 64 ranges neighbours become one, which keeps what was sent and blurs when.
/// Space between ranges
/// was not seen: segments of one flow that were sent on two processors can pass a tap in the wrong order, and the later one filling the gap is no
/// retransmission.
/// </remarks>
internal sealed class SentRanges
{
    private const int Few = 4;
    private const int Most = 64;
    private SentRange[] ranges = new SentRange[Few];
    private int count;
    private long forgottenLastNs;

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        count = 0;
        forgottenLastNs = 0;
    }

    /// <summary>Adds what was sent now.</summary>
    /// <param name="start">From.</param>
    /// <param name="end">To, exclusive.</param>
    /// <param name="acknowledged">Everything before this has been acknowledged, so it was sent.</param>
    /// <param name="nowNs">When.</param>
    /// <returns>The range it repeats, as it was before, its attempt counted; null when nothing of it was sent before.</returns>
    public SentRange? Add(uint start, uint end, ref uint acknowledged, long nowNs)
    {
        if (count >= Few)
        {
            MakeRoom(ref acknowledged);
        }

        // Nearly always: what follows what was sent last.
        if (count == 0 ? !Before(start, acknowledged) : !Before(start, ranges[count - 1].End) && !Before(start, acknowledged))
        {
            Insert(count, start, end, nowNs);
            return null;
        }

        return AddInside(start, end, acknowledged, nowNs);
    }

    internal static bool Before(uint a, uint b) => (int)(a - b) < 0;

    private SentRange? AddInside(uint start, uint end, uint acknowledged, long nowNs)
    {
        SplitAt(start);
        SplitAt(end);
        SentRange? repeated = null;
        var at = start;
        var i = 0;
        for (; i < count && Before(ranges[i].Start, end); i++)
        {
            if (!Before(start, ranges[i].End))
            {
                continue;
            }

            if (Before(at, ranges[i].Start) && FillGap(i, at, ranges[i].Start, acknowledged, nowNs))
            {
                i++;
            }

            ref var range = ref ranges[i];
            range.Attempts++;
            repeated ??= range;
            range.LastNs = nowNs;
            at = range.End;
        }

        if (Before(at, end))
        {
            _ = FillGap(i, at, end, acknowledged, nowNs);
        }

        // Acknowledged and forgotten: it was sent, the latest time that is left of it stands for both.
        return repeated ?? (Before(start, acknowledged)
            ? new SentRange { Start = start, End = end, FirstNs = forgottenLastNs, LastNs = forgottenLastNs, Attempts = 1 } : null);
    }

    private bool FillGap(int index, uint start, uint end, uint acknowledged, long nowNs)
    {
        start = Before(start, acknowledged) ? acknowledged : start;
        if (!Before(start, end) || count == Most)
        {
            return false;
        }

        Insert(index, start, end, nowNs);
        return true;
    }

    private void SplitAt(uint sequence)
    {
        for (var i = 0; i < count && count < Most; i++)
        {
            if (Before(ranges[i].Start, sequence) && Before(sequence, ranges[i].End))
            {
                var upper = ranges[i] with { Start = sequence };
                ranges[i].End = sequence;
                Shift(i + 1);
                ranges[i + 1] = upper;
                return;
            }
        }
    }

    private void Insert(int index, uint start, uint end, long nowNs)
    {
        Shift(index);
        ranges[index] = new SentRange { Start = start, End = end, FirstNs = nowNs, LastNs = nowNs };
    }

    private void Shift(int from)
    {
        if (count == ranges.Length)
        {
            Array.Resize(ref ranges, Math.Min(Most, ranges.Length * 2));
        }

        Array.Copy(ranges, from, ranges, from + 1, count - from);
        count++;
    }

    private void MakeRoom(ref uint acknowledged)
    {
        var gone = 0;
        while (gone < count && !Before(acknowledged, ranges[gone].End))
        {
            forgottenLastNs = Math.Max(forgottenLastNs, ranges[gone].LastNs);
            gone++;
        }

        Remove(0, gone);

        // One segment adds two splits and a range at most.
        while (count > Most - 3)
        {
            Merge(ref acknowledged);
        }
    }

    private void Merge(ref uint acknowledged)
    {
        for (var i = 0; i + 1 < count; i++)
        {
            if (ranges[i].End == ranges[i + 1].Start)
            {
                ref var one = ref ranges[i];
                var other = ranges[i + 1];
                one.End = other.End;
                one.FirstNs = Math.Min(one.FirstNs, other.FirstNs);
                one.LastNs = Math.Max(one.LastNs, other.LastNs);
                one.Attempts = Math.Max(one.Attempts, other.Attempts);
                Remove(i + 1, 1);
                return;
            }
        }

        // Nothing but gaps: the lowest is remembered as sent, with all before it.
        acknowledged = ranges[0].End;
        forgottenLastNs = Math.Max(forgottenLastNs, ranges[0].LastNs);
        Remove(0, 1);
    }

    private void Remove(int from, int many)
    {
        Array.Copy(ranges, from + many, ranges, from, count - from - many);
        count -= many;
    }
}
