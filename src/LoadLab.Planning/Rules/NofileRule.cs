using LoadLab.Model;

namespace LoadLab.Planning.Rules;

/// <summary>What the kernel knows of a process that sets its RLIMIT_NOFILE.</summary>
/// <param name="Soft">Its soft limit; null: not known before the run.</param>
/// <param name="Hard">Its hard limit; null: not known.</param>
/// <param name="MayRaise">CAP_SYS_RESOURCE in the initial user namespace; null: not known.</param>
internal readonly record struct NofileState(long? Soft, long? Hard, bool? MayRaise);

/// <summary>setrlimit(RLIMIT_NOFILE) by the kernel's rules.</summary>
/// <remarks>
/// Kernel: kernel/sys.c do_prlimit: EINVAL for soft over hard, EPERM for a hard limit over fs.nr_open (whatever the capabilities), EPERM for a hard limit over
/// the present one without
/// CAP_SYS_RESOURCE, asked by capable(), so in the initial user namespace: root of a rootless sandbox does not have it. A refused call changes nothing. Seen on
/// 6.18 and 6.1.
/// </remarks>
internal static class NofileRule
{
    private static readonly Errno EPERM = new(1);

    /// <summary>The errno, and the limits afterwards; null when it depends on what is not known before the run.</summary>
    public static (Errno Errno, NofileState After)? Set(NofileState before, long soft, long hard, long nrOpen)
    {
        if (soft > hard)
        {
            return (Errno.EINVAL, before);
        }

        if (hard > nrOpen)
        {
            return (EPERM, before);
        }

        var raises = before.Hard is { } present ? hard > present : (bool?)null;
        return (raises, before.MayRaise) switch
        {
            (false, _) or (_, true) => (Errno.None, before with { Soft = soft, Hard = hard }),
            (true, false) => (EPERM, before),
            _ => null,
        };
    }
}
