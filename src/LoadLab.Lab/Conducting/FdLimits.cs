using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>RLIMIT_NOFILE of the lab's processes, set from outside by prlimit(2), and told.</summary>
/// <remarks>CoreCLR raises its soft limit to the hard one at start-up, so a role's limit is lowered from here, once it has all it needs open.</remarks>
internal sealed class FdLimits(VariantPlan plan, ProcessWatch processes, RunClock clock, ObservationPipe pipe)
{
    /// <summary>Lowers the limit of each of a role's processes: to a number, or so that so many are free below it.</summary>
    /// <exception cref="LabFailureException">The kernel refuses.</exception>
    public void Lower(ILabProcess role, long? nofile, long? spare)
    {
        foreach (var (worker, pid) in role.Processes)
        {
            var open = processes.AtRest(role.Role, pid);
            var limit = nofile ?? open.LimitWithRoomFor(spare!.Value);

            // What a phase raises later has to have somewhere to go: nobody gets a hard limit back without CAP_SYS_RESOURCE.
            var isRaised = role.Role == Role.Server && plan.Declared.Has<RaiseNofileAction>();
            var hard = isRaised && ResourceLimits.Nofile(pid) is { } now ? Math.Max(limit, now.Hard) : limit;
            Set(role.Role, worker, pid, open, new SoftAndHard(limit, hard));
        }
    }

    /// <summary>Raises the soft limit of each of a role's processes.</summary>
    /// <exception cref="LabFailureException">The hard limit is lower.</exception>
    public void Raise(ILabProcess role, int by)
    {
        foreach (var (worker, pid) in role.Processes)
        {
            // One that is gone has said so in another way.
            if (ResourceLimits.Nofile(pid) is not { } now || ProcessDescriptors.Read(pid) is not { } open)
            {
                continue;
            }

            // Where the scenario counts what is free, so does the raise; a limit that it names as a number is raised by a number.
            var soft = plan.Declared.ServerSpare is null ? now.Soft + by : open.LimitWithMoreRoom(now.Soft, by);
            if (soft > now.Hard)
            {
                throw new LabFailureException(
                    $"RLIMIT_NOFILE of the {EnumWords<Role>.Of(role.Role)} is {now.Soft}; {by} more are beyond its hard limit, {now.Hard}");
            }

            Set(role.Role, worker, pid, open, now with { Soft = soft });
        }
    }

    private void Set(Role role, int worker, int pid, ProcessDescriptors open, SoftAndHard limits)
    {
        var set = ResourceLimits.SetNofile(pid, limits);
        if (set.Errno == Errno.ESRCH)
        {
            return;
        }

        if (!set.IsOk)
        {
            throw new LabFailureException($"RLIMIT_NOFILE {limits.Soft}, hard {limits.Hard}, for the {EnumWords<Role>.Of(role)}: {set.Errno}");
        }

        pipe.Write(new DescriptorsSeen(role, worker, open.Open, limits.Soft, limits.Hard) { T = clock.Now, Room = open.RoomBelow(limits.Soft) });
    }
}
