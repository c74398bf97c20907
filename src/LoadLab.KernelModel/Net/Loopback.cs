namespace LoadLab.KernelModel;

/// <summary>The loopback device: one queue, first in, first out. Nothing is lost and nothing overtakes.</summary>
/// <remarks>
/// A system call that sends has its packet, and every answer to it, delivered before it returns. What timers send waits until all timers of the moment have
/// run: the timer softirq comes before the
/// network's, so that all SYNs of one slot are looked at before the first final ACK of them.
/// Kernel: drivers/net/loopback.c loopback_xmit; net/core/dev.c enqueue_to_backlog, process_backlog; kernel/softirq.c handle_softirqs (TIMER_SOFTIRQ before
/// NET_RX_SOFTIRQ).
/// </remarks>
/// <param name="deliver">Hands a segment to the end that it is for.</param>
internal sealed class Loopback(Action<Segment> deliver)
{
    private readonly Queue<Segment> queue = new();
    private bool isDelivering;

    /// <summary>A segment is put on the device.</summary>
    public void Send(in Segment segment) => queue.Enqueue(segment);

    /// <summary>All that is on the device, and all that is sent in answer, reaches its end.</summary>
    /// <param name="answersReversed">The first answers are handled last one first: several processors deliver what is on the device.</param>
    public void Deliver(bool answersReversed = false)
    {
        if (isDelivering)
        {
            return;
        }

        isDelivering = true;
        if (answersReversed)
        {
            ReverseAnswers();
        }

        while (queue.TryDequeue(out var segment))
        {
            deliver(segment);
        }

        isDelivering = false;
    }

    private void ReverseAnswers()
    {
        for (var left = queue.Count; left > 0; left--)
        {
            deliver(queue.Dequeue());
        }

        var answers = queue.ToArray();
        queue.Clear();
        foreach (var answer in answers.Reverse())
        {
            queue.Enqueue(answer);
        }
    }
}
