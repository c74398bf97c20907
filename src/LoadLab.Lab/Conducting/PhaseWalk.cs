using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>Does one phase after the other: its action, its wait, and then one consistent look by every witness.</summary>
internal sealed class PhaseWalk(LabContext lab, LabRoles roles, LabWitnesses witnesses)
{
    // Threads that are told of a start must be awake and at it by then.
    private static readonly Nanoseconds Lead = Nanoseconds.FromMilliseconds(5);

    // A retransmission between two witnesses makes them speak of different moments; asked again, they agree. Under steady load they never will.
    private const int LooksAtMost = 5;

    /// <summary>Does it.</summary>
    /// <exception cref="LabFailureException">A role could not do its part.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped, or a role died.</exception>
    public async Task DoAsync(Phase phase, CancellationToken stopping)
    {
        var start = lab.Clock.Now;
        if (phase.Action is LoadAction)
        {
            start += Lead;
        }

        lab.Pipe.Write(new PhaseBegan(phase.Name) { T = start });
        witnesses.Packets?.PhaseBegan(phase.Name, start);
        await phase.Action.Visit(new PhaseAct(lab, roles, start, stopping)).ConfigureAwait(false);
        var acted = lab.Clock.Now;
        var until = acted + phase.Hold;
        await WaitAsync(until, stopping).ConfigureAwait(false);
        var consistent = await LookAsync(stopping).ConfigureAwait(false);
        lab.Pipe.Flush();

        // How long a load or a peer's work takes is the kernel's doing; any other action is one call of a role.
        var action = phase.Action is LoadAction or PeerAction or ProbeAction or SessionAction ? Nanoseconds.Zero : acted - start;
        var end = lab.Clock.Now;
        lab.Pipe.Write(new PhaseEnded(phase.Name, consistent, action + (end - until)) { T = end });

        // Lines of the roles are forwarded at once: what they see in the next phase must not come before the end of this one.
        lab.Pipe.Flush();
    }

    private async Task WaitAsync(Nanoseconds until, CancellationToken stopping)
    {
        var left = until - lab.Clock.Now;
        if (left.Value > 0)
        {
            // The timer counts in milliseconds and may come a little early; the clock decides.
            await Task.Delay(left.ToTimeSpan(), stopping).ConfigureAwait(false);
            lab.Clock.SleepUntil(until);
        }
    }

    private async Task<bool> LookAsync(CancellationToken stopping)
    {
        for (var look = 0; look < LooksAtMost; look++)
        {
            var before = witnesses.Sampler.Marks();
            await Task.WhenAll(roles.All.Select(role => role.DoAsync(new ReportCommand(roles.NextId()), stopping))).ConfigureAwait(false);
            witnesses.Sampler.SampleAll();
            witnesses.Packets?.Look();
            witnesses.Processes.Look();
            if (before.SequenceEqual(witnesses.Sampler.Marks()))
            {
                return true;
            }
        }

        return false;
    }
}
