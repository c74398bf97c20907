using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>
/// Looks at the lab's processes from outside, in /proc, on request: a walk over their descriptors costs as much as there are.
/// </summary>
internal sealed class ProcessWatch(VariantPlan plan, RunClock clock, ObservationPipe pipe)
{
    private const int AgreeingLooks = 3;
    private const int LooksForRest = 50;
    private const int Attempts = 3;
    private static readonly Nanoseconds BetweenLooks = Nanoseconds.FromMilliseconds(2);
    private readonly bool isAsked = plan.Declared.Subject is not null || plan.Asked.Any(one => ProcessWitnesses.OfProc.Contains(one.Witness));
    private readonly List<ILabProcess> roles = [];

    // A subject's process that comes later counts from its first look.
    private readonly HashSet<(Role Role, int Worker)> seen = [];

    /// <summary>Takes a role and writes the look from which later ones count.</summary>
    public void Add(ILabProcess role)
    {
        if (isAsked)
        {
            roles.Add(role);
            Write(role);
        }
    }

    /// <summary>Writes how each is now.</summary>
    public void Look() => roles.ForEach(Write);

    /// <summary>A process's descriptors when it is at rest: three looks that agree, since a thread that starts opens and closes some, one after the other
    /// under the same number (seen once with two looks: 51 clients where 50 had room).</summary>
    /// <exception cref="LabFailureException">It cannot be asked.</exception>
    public ProcessDescriptors AtRest(Role role, int pid)
    {
        ProcessDescriptors? last = null;
        var agreed = 1;
        for (var look = 0; look < LooksForRest; look++)
        {
            var now = ProcessDescriptors.Read(pid) ?? throw new LabFailureException(
                $"/proc/{pid}/fd of the {EnumWords<Role>.Of(role)} cannot be read, so its fd limit cannot be set from what it has open");
            agreed = last is not null && now.Numbers.SequenceEqual(last.Numbers) ? agreed + 1 : 1;
            if (agreed == AgreeingLooks)
            {
                return now;
            }

            last = now;
            clock.SleepUntil(clock.Now + BetweenLooks);
        }

        return last!;
    }

    private void Write(ILabProcess role)
    {
        foreach (var (worker, pid) in role.Processes)
        {
            // One that is gone has said so in another way. One that is there is asked again: a figure of an earlier look would be taken for one of now.
            ProcessSeen? now = null;
            for (var attempt = 0; attempt < Attempts && now is null; attempt++)
            {
                now = See(role.Role, worker, pid);
            }

            if (now is not null)
            {
                pipe.Write(now with { IsStart = seen.Add((role.Role, worker)) });
            }
        }
    }

    private ProcessSeen? See(Role role, int worker, int pid) =>
        ProcessStat.ReadCpu(pid) is { } cpu && ProcessDescriptors.Read(pid) is { } descriptors && ProcessLimits.ReadNofile(pid) is { } limits
            ? new ProcessSeen(role, worker, cpu, descriptors.Open, descriptors.Sockets, limits.Soft, limits.Hard, IsStart: false) { T = clock.Now }
            : null;
}
