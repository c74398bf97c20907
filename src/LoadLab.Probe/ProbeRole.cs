using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Probe;

/// <summary>
/// The probe as a role of a run: a process that makes the system calls it is told to, one after the other, and says what the kernel answered.
/// </summary>
/// <remarks>Concurrency: one thread reads commands and makes the calls, so that what belongs to a thread (capabilities) stays with it; the pipe has its
/// own.</remarks>
public static class ProbeRole
{
    /// <summary>Says that it is ready, then makes calls until <see cref="StopCommand"/> or the end of input.</summary>
    /// <param name="epochMonotonicNs">CLOCK_MONOTONIC at the run's start.</param>
    /// <param name="variant">Put on every observation; null for none.</param>
    /// <param name="commands">Command lines; not closed.</param>
    /// <param name="observations">Where observation lines go; not closed.</param>
    /// <returns>The exit status: 0.</returns>
    /// <exception cref="InvalidDataException">A line of the input is no command.</exception>
    public static int Run(long epochMonotonicNs, string? variant, Stream commands, Stream observations)
    {
        var clock = new RunClock(epochMonotonicNs);
        using var pipe = new ObservationPipe(observations, LossSource.Probe, variant);
        WarmUp();
        pipe.Write(new RoleReady(Role.Probe, 0, Environment.ProcessId, 0, null) { T = clock.Now });
        foreach (var command in CommandPipe.Read(commands))
        {
            string? error = null;
            switch (command)
            {
                case ProbeCommand probe:
                    error = Make(probe.Step, clock, pipe);
                    break;
                case SessionsCommand sessions:
                    error = new SessionsWalk(sessions, clock, pipe.Write).Run();
                    break;
                case ReportCommand:
                    pipe.Write(new CpuUsed(Role.Probe, 0, ProcessorTime.OfProcess) { T = clock.Now });
                    break;
                case StopCommand:
                    break;
                default:
                    error = command.NotFor("the probe");
                    break;
            }

            pipe.Write(new CommandDone(command.Id, Role.Probe, 0, error) { T = clock.Now });
            if (command is StopCommand)
            {
                break;
            }
        }

        return 0;
    }

    private static string? Make(ProbeStep step, RunClock clock, ObservationPipe pipe)
    {
        try
        {
            var answer = ProbeCalls.Make(step);
            var limits = ResourceLimits.Nofile(0) ?? default;
            pipe.Write(new ProbeAnswered(step.Name, step.Call, answer.Value, answer.Errno, limits.Soft, limits.Hard) { T = clock.Now });
            return null;
        }
        catch (ProbeFailureException e)
        {
            return $"step '{step.Name}': {e.Message}";
        }
    }

    // At a low fd limit not even an assembly can be opened: what a step may need is loaded before.
    private static void WarmUp()
    {
        var clock = RunClock.StartNew();
        using var pipe = new ObservationPipe(Stream.Null, "", null);
        foreach (var call in (ProbeCall[])[ProbeCall.Getrlimit, ProbeCall.Child])
        {
            _ = Make(new ProbeStep("", call), clock, pipe);
        }

        CommandPipe.WarmUp();
        RuntimeFiles.OpenAll();
    }
}
