using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>Looks at the roles' processes from outside, in /proc, where somebody asks for it: a walk over their descriptors costs as much as there are.</summary>
internal sealed class ProcessWatch(VariantPlan plan, RunClock clock, ObservationPipe pipe)
{
    private const int LooksForRest = 50;
    private static readonly Nanoseconds BetweenLooks = Nanoseconds.FromMilliseconds(2);
    private readonly bool isAsked = plan.Expectations.SelectMany(expectation => expectation.Witnesses).Any(witness => witness.StartsWith("proc.", StringComparison.Ordinal));
    private readonly List<RoleProcess> roles = [];

    /// <summary>Takes a role and writes the look from which later ones count.</summary>
    public void Add(RoleProcess role)
    {
        if (isAsked)
        {
            roles.Add(role);
            Write(role, isStart: true);
        }
    }

    /// <summary>Writes how each is now.</summary>
    public void Look() => roles.ForEach(role => Write(role, isStart: false));

    /// <summary>A role's descriptors when it is at rest: two looks that agree, since a thread that starts opens and closes some.</summary>
    /// <exception cref="LabFailureException">It cannot be asked.</exception>
    public ProcessDescriptors AtRest(RoleProcess role)
    {
        ProcessDescriptors? last = null;
        for (var look = 0; look < LooksForRest; look++)
        {
            var now = ProcessDescriptors.Read(role.Pid) ?? throw new LabFailureException($"/proc/{role.Pid}/fd of the {EnumWords<Role>.Of(role.Role)} cannot be read, so its fd limit cannot be set from what it has open");
            if (last is not null && now.Numbers.SequenceEqual(last.Numbers))
            {
                return now;
            }

            last = now;
            clock.SleepUntil(clock.Now + BetweenLooks);
        }

        return last!;
    }

    private void Write(RoleProcess role, bool isStart)
    {
        // One that is gone has said so in another way.
        if (ProcessStat.ReadCpu(role.Pid) is { } cpu && ProcessDescriptors.Read(role.Pid) is { } descriptors && ProcessLimits.ReadNofile(role.Pid) is { } limits)
        {
            pipe.Write(new ProcessSeen(role.Role, role.Worker, cpu, descriptors.Open, descriptors.Sockets, limits.Soft, limits.Hard, isStart) { T = clock.Now });
        }
    }
}
