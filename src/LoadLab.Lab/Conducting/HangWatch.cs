using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>
/// Watches the roles of a run from the conductor: ends the run when one of them is stopped and owes an answer, or when a limit of time is over.
/// </summary>
/// <remarks>
/// Concurrency: a thread of its own, since tasks may wait for the very role that stands still. Disposed before the roles are ended.
/// Kernel: state T of proc_pid_stat(5) is a process that SIGSTOP, SIGTSTP, SIGTTIN or SIGTTOU has stopped.
/// </remarks>
internal sealed class HangWatch : IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);
    private readonly Func<IReadOnlyList<RoleProcess>> roles;
    private readonly HangLimits limits;
    private readonly RunClock clock;
    private readonly Action<string> end;
    private readonly ManualResetEventSlim over = new();
    private readonly Thread thread;

    // Where no /proc of the sandbox's own could be mounted, a pid means another process there.
    private readonly bool seesProcesses = ProcessTable.IsOurs;
    private readonly Dictionary<RoleProcess, Nanoseconds> stoppedSince = [];
    private (Nanoseconds Until, Nanoseconds Limit, string What) bound;

    /// <summary>Begins to watch, with the limit for the start of the roles.</summary>
    /// <param name="limits">The limits.</param>
    /// <param name="clock">The run's clock.</param>
    /// <param name="roles">The roles that there are by now.</param>
    /// <param name="end">Ends the run; gets the reason as a sentence. Called at most once.</param>
    public HangWatch(HangLimits limits, RunClock clock, Func<IReadOnlyList<RoleProcess>> roles, Action<string> end)
    {
        (this.limits, this.clock, this.roles, this.end) = (limits, clock, roles, end);
        bound = Bound(limits.Roles, "the start of the roles");
        thread = new Thread(Watch) { IsBackground = true, Name = "hang watch" };
        thread.Start();
    }

    /// <summary>The roles are ready: from now on the limit is that of the phases.</summary>
    public void PhasesBegin() => bound = Bound(limits.Phases, "the phases");

    /// <inheritdoc/>
    public void Dispose()
    {
        over.Set();
        thread.Join();
        over.Dispose();
    }

    private (Nanoseconds Until, Nanoseconds Limit, string What) Bound(Nanoseconds limit, string what) => (clock.Now + limit, limit, what);

    private void Watch()
    {
        while (!over.Wait(LookEvery))
        {
            if (Hang() is { } reason)
            {
                end(reason);
                return;
            }
        }
    }

    private string? Hang()
    {
        var now = clock.Now;
        foreach (var role in roles())
        {
            if (role.Owes is not { } owed || !seesProcesses || !ProcessTable.StandsStill(role.Pid))
            {
                _ = stoppedSince.Remove(role);
            }
            else if (!stoppedSince.TryAdd(role, now) && now - stoppedSince[role] >= HangLimits.Standstill)
            {
                return $"the {Name(role)} stood still: it was stopped by a signal (SIGSTOP) for {HangLimits.Standstill} and more, and {owed}";
            }
        }

        var (until, limit, what) = bound;
        if (now < until)
        {
            return null;
        }

        var owing = roles().Where(role => role.Owes is not null).Select(role => $"the {Name(role)} {role.Owes}").ToList();
        return $"{what} took longer than {limit}, which is far more than planned: "
            + $"{(owing.Count > 0 ? string.Join(", ", owing) : "each role has answered, and the conductor itself was slow")}";
    }

    private static string Name(RoleProcess role) => $"{EnumWords<Role>.Of(role.Role)} {role.Worker}";
}
