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

        // How long a load or a peer's work takes is the kernel's doing; any other action is one call of a role.
        var action = phase.Action is LoadAction or PeerAction or ProbeAction or SessionAction ? Nanoseconds.Zero : acted - start;
        PhaseEnded Ended(bool isConsistent) => new(phase.Name, isConsistent, Late(action + (lab.Clock.Now - until))) { T = lab.Clock.Now };
        await EndAsync(Ended, stopping).ConfigureAwait(false);

        // Lines of the roles are forwarded at once: what they see in the next phase must not come before the end of this one.
        lab.Pipe.Flush();
    }

    // An answer that a phase waits for is as late as the line that tells of it.
    private Nanoseconds Late(Nanoseconds late) => lab.Output.TakeHeldUp() is var heldUp && heldUp > late ? heldUp : late;

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

    // The end is written with the look that it belongs to: a tick in between would tell of what has happened since.
    private async Task EndAsync(Func<bool, PhaseEnded> end, CancellationToken stopping)
    {
        for (var look = 0; look < LooksAtMost; look++)
        {
            lab.Pipe.Flush();
            var before = witnesses.Sampler.Marks();
            await Task.WhenAll(roles.All.Select(role => role.DoAsync(new ReportCommand(roles.NextId()), stopping))).ConfigureAwait(false);
            if (witnesses.Sampler.TrySettle(before, LookAtOthers, () => lab.Pipe.Write(end(true))))
            {
                return;
            }
        }

        lab.Pipe.Write(end(false));
    }

    private void LookAtOthers()
    {
        witnesses.Packets?.Look();
        witnesses.Processes.Look();
    }
}
