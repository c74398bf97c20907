using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>A process of a run as the conductor drives it: one of LoadLab's roles, or an external server.</summary>
internal interface ILabProcess : IDisposable
{
    /// <summary>As what it is counted.</summary>
    Role Role { get; }

    /// <summary>Completes when it is ready.</summary>
    /// <exception cref="LabFailureException">It ended before.</exception>
    Task<RoleReady> Ready { get; }

    /// <summary>Its processes: a number that each keeps for the whole run, and its pid in this pid namespace.</summary>
    IReadOnlyList<(int Worker, int Pid)> Processes { get; }

    /// <summary>Has it do something, and waits until it is done.</summary>
    /// <exception cref="LabFailureException">It could not do it, or ended.</exception>
    Task DoAsync(RoleCommand command, CancellationToken stopping);

    /// <summary>Asks it to stop, waits, and kills it if it does not.</summary>
    void End(int commandId);
}
