using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>The longest accept queue as a sampler sees it: for certain what lasts for two of its looks, and at most what there was at any moment.</summary>
/// <remarks>A sliding minimum: <see cref="spans"/> has the lengths within one window, each shorter than those after it.</remarks>
internal sealed class QueueSeen
{
    private static readonly Nanoseconds Window = SamplesLost.MostBetweenLooks;
    private readonly LinkedList<(Nanoseconds From, int Length)> spans = new([(Nanoseconds.Zero, 0)]);
    private int least;
    private int most;

    /// <summary>The queue has another length from now on.</summary>
    public void Changed(Nanoseconds now, int length)
    {
        Advance(now);
        var from = now;
        while (spans.Last is { } last && last.Value.Length >= length)
        {
            from = last.Value.From;
            spans.RemoveLast();
        }

        // A longer queue begins now; a shorter one has been there for as long as those that were not shorter.
        _ = spans.AddLast((from, length));
        most = Math.Max(most, length);
    }

    /// <summary>The longest that was seen until now.</summary>
    public (int Least, int Most) Peak(Nanoseconds now)
    {
        Advance(now);
        return (least, most);
    }

    // The shortest length within the window that ends now was there all the time.
    private void Advance(Nanoseconds now)
    {
        var begin = now - Window;
        while (spans.First is { Next: { } next } && next.Value.From <= begin)
        {
            spans.RemoveFirst();
        }

        if (now >= Window)
        {
            least = Math.Max(least, spans.First!.Value.Length);
        }
    }
}
