using System.ComponentModel;
using System.Diagnostics;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>
/// An external server as the conductor's child: started under the scenario's limits, waited for until it listens, stopped and continued by signals.
/// </summary>
/// <remarks>
/// It may have as many processes as it likes and go into the background: every program in the pid namespace that is not LoadLab's is the subject's.
/// Concurrency: a task waits for the listener, a callback of the process tells its end; commands come one after the other.
/// </remarks>
internal sealed class SubjectProcess : ILabProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly Nanoseconds LookEvery = Nanoseconds.FromMilliseconds(10);
    private static readonly Nanoseconds Rest = Nanoseconds.FromMilliseconds(50);
    private readonly SubjectSpec spec;
    private readonly RunClock clock;
    private readonly Action<Observation> write;
    private readonly IReadOnlySet<int> before;
    private readonly Dictionary<int, int> numbers = [];
    private readonly HashSet<int> seen = [];
    private readonly Lock gate = new();
    private readonly Process process;
    private readonly SubjectLog log;
    private readonly SubjectPauses pauses;
    private volatile bool isReady;
    private volatile bool ending;
    private volatile bool hasEnded;

    private SubjectProcess(Process process, IReadOnlySet<int> before, Scenario scenario, string? logPath, RunClock clock, Action<Observation> write)
    {
        (this.process, this.before, this.clock, this.write) = (process, before, clock, write);
        spec = scenario.Subject!;
        log = new SubjectLog(logPath);
        log.Copy(process.StandardOutput.BaseStream);
        log.Copy(process.StandardError.BaseStream);
        pauses = new SubjectPauses(() => Pids, clock, scenario.Server.Accept);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => Ended();
        Ready = Task.Run(WaitUntilListening);
    }

    /// <inheritdoc/>
    public Role Role => Role.Server;

    /// <inheritdoc/>
    public Task<RoleReady> Ready { get; }

    /// <inheritdoc/>
    public IReadOnlyList<(int Worker, int Pid)> Processes
    {
        get
        {
            lock (gate)
            {
                return [.. Pids.Select(pid => (numbers.TryGetValue(pid, out var number) ? number : numbers[pid] = numbers.Count, pid))];
            }
        }
    }

    private int[] Pids
    {
        get
        {
            int[] pids = [.. ProcessTable.Programs().Except(before).Order()];
            lock (gate)
            {
                seen.UnionWith(pids);
            }

            return pids;
        }
    }

    /// <summary>Starts it.</summary>
    /// <param name="scenario">Its <see cref="Scenario.Subject"/>, limits and accept policy.</param>
    /// <param name="logPath">Where what it says is kept.</param>
    /// <param name="clock">The run's clock.</param>
    /// <param name="write">Takes what is seen of it, its end too.</param>
    /// <exception cref="LabFailureException">There is no such program.</exception>
    public static SubjectProcess Start(Scenario scenario, string? logPath, RunClock clock, Action<Observation> write)
    {
        var subject = scenario.Subject!;

        if (!ProcessTable.IsOurs)
        {
            throw new LabFailureException(
                "/proc is not that of the sandbox's processes (no --mount-proc here), so a subject's cannot be told from others: run as root, or on a "
                + "kernel whose user namespaces may mount proc", refused: true);
        }

        // prlimit(1) of util-linux sets the limit before the program begins, as a shell's ulimit would.
        string[] limited = scenario.ServerNofile is { } nofile ? ["prlimit", $"--nofile={nofile}:{nofile}", "--", .. subject.Command] : [.. subject.Command];
        var there = ProcessTable.Programs().ToHashSet();
        try
        {
            var start = new ProcessStartInfo(limited[0], limited[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true,
                RedirectStandardError = true, UseShellExecute = false };
            var child = Process.Start(start)!;
            child.StandardInput.Close();
            return new SubjectProcess(child, there, scenario, logPath, clock, write);
        }
        catch (Win32Exception e)
        {
            throw new LabFailureException($"the subject '{subject.CommandLine}' did not start ({e.Message}): is '{limited[0]}' installed, and on the PATH?",
                refused: true);
        }
    }

    /// <inheritdoc/>
    public Task DoAsync(RoleCommand command, CancellationToken stopping)
    {
        switch (command)
        {
            case BeginCommand begin:
                pauses.LoadBegins(begin.StartAt);
                return Task.CompletedTask;
            case AcceptCommand accept:
                pauses.Follow(accept.Policy, accept.StartAt);
                return Task.CompletedTask;
            case ReportCommand when pauses.Failure is { } failure:
                throw failure;
            case ReportCommand:
                Report();
                return Task.CompletedTask;
            default:
                throw new LabFailureException($"'{spec.CommandLine}' is not LoadLab's own server and does not know the command {command.Word}");
        }
    }

    /// <inheritdoc/>
    public void End(int commandId)
    {
        ending = true;
        pauses.Dispose();
        Signal(ProcessTable.Terminate);
        Signal(ProcessTable.Continue);
        var patience = Stopwatch.StartNew();
        while (Pids.Length > 0 && patience.Elapsed < Patience)
        {
            clock.SleepUntil(clock.Now + LookEvery);
        }

        Signal(ProcessTable.Kill);
        log.Join(Patience);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ending = true;
        Signal(ProcessTable.Kill);
        log.Dispose();
        process.Dispose();
    }

    private void Signal(Func<int, SyscallResult> signal)
    {
        foreach (var pid in Pids)
        {
            _ = signal(pid);
        }
    }

    private RoleReady WaitUntilListening()
    {
        using var diag = new SockDiag();
        var until = clock.Now + spec.ReadyWithin;
        while (clock.Now < until && !ending)
        {
            var listeners = diag.Listeners(PortRange.One(spec.Port));
            if (listeners.Length > 0)
            {
                Settle();
                new SubjectWarmUp(spec, clock, () => Pids, () => Said).Run(diag, until);
                Settle();
                isReady = true;
                pauses.Begin();
                return new RoleReady(Role.Server, 0, process.Id, spec.Port, (int)listeners[0].LiveBacklog);
            }

            if (process.HasExited && Pids.Length == 0)
            {
                log.Join(Patience);
                throw new LabFailureException(
                    $"the subject '{spec.CommandLine}' ended with status {process.ExitCode} before it listened on port {spec.Port}{Said}", refused: true);
            }

            clock.SleepUntil(clock.Now + LookEvery);
        }

        throw new LabFailureException(
            $"the subject '{spec.CommandLine}' does not listen on port {spec.Port} after {spec.ReadyWithin}{Said}; is it configured for {spec.Target}? "
            + $"subject.ready-within gives it more time", refused: true);
    }

    // What a server does right after listen() is part of its start, such as forking its workers: it is over when two looks find the same processes with
    // as many descriptors.
    private void Settle()
    {
        var until = clock.Now + SubjectWarmUp.AtMost;
        (int, long?)[] last = [];
        while (clock.Now < until)
        {
            (int, long?)[] now = [.. Pids.Select(pid => (pid, ProcessDescriptors.Read(pid)?.Open))];
            if (now.SequenceEqual(last))
            {
                return;
            }

            last = now;
            clock.SleepUntil(clock.Now + Rest);
        }
    }

    private string Said => log.LastWords is { Length: > 0 } words ? $": {words}" : ", and said nothing";

    private void Report()
    {
        foreach (var (worker, pid) in Processes)
        {
            if (ResourceLimits.Nofile(pid) is { } limit && ProcessDescriptors.Read(pid)?.Open is { } open)
            {
                write(new DescriptorsSeen(Role.Server, worker, open, limit.Soft, limit.Hard) { T = clock.Now });
            }
        }

        // The end of one that went into the background nobody else tells.
        Ended();
        if (isReady && !ending && !hasEnded && Loss() is { } loss)
        {
            hasEnded = true;
            write(new RoleEnded(Role.Server, 0, process.HasExited ? process.ExitCode : 0, Expected: false,
                $"{loss}{(log.LastWords is { Length: > 0 } words ? $"; it said: {words}" : "")}") { T = clock.Now });
        }
    }

    private int[] Seen()
    {
        lock (gate)
        {
            return [.. seen];
        }
    }

    // A process that was killed while its parent is stopped stays a zombie, and the parent lives on: so the parent alone does not tell that there is
    // still a server.
    private string? Loss()
    {
        using var diag = new SockDiag();
        return diag.Listeners(PortRange.One(spec.Port)).Length == 0 ? $"no process listens on port {spec.Port} any more"
            : Seen().Where(ProcessTable.IsZombie).Select(pid => (int?)pid).FirstOrDefault() is { } dead && Pids.Any(ProcessTable.StandsStill)
                ? $"its process {dead} was killed while the others were stopped"
            : null;
    }

    private void Ended()
    {
        // One that has gone into the background lives on in others.
        if (isReady && !ending && !hasEnded && Pids.Length == 0)
        {
            hasEnded = true;
            log.Join(Patience);
            write(new RoleEnded(Role.Server, 0, process.HasExited ? process.ExitCode : 0, Expected: false, log.LastWords) { T = clock.Now });
        }
    }
}
