using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>One worker process of the swarm: reads commands, connects, writes what it sees.</summary>
public static class SwarmRole
{
    /// <summary>A line on the input was no command: the two ends are of different versions.</summary>
    public const int ExitBadCommand = 2;

    /// <summary>The <see cref="CommandDone.Id"/> that answers a line which is no command, and so has no id.</summary>
    public const int NoCommandId = -1;

    /// <summary>Says that it is ready, then serves commands until <see cref="StopCommand"/>, the end of input or cancellation.</summary>
    /// <param name="worker">Which of several, from 0.</param>
    /// <param name="epochMonotonicNs">CLOCK_MONOTONIC at the run's start.</param>
    /// <param name="variant">Put on every observation; null for none.</param>
    /// <param name="commands">Command lines; not closed.</param>
    /// <param name="observations">Where observation lines go; not closed.</param>
    /// <param name="threads">The most threads that a load will ask for.</param>
    /// <param name="cancellation">Stops it as the end of input does.</param>
    /// <returns>The exit status: 0, or <see cref="ExitBadCommand"/>.</returns>
    public static int Run(int worker, long epochMonotonicNs, string? variant, Stream commands, Stream observations, int threads = 1,
        CancellationToken cancellation = default)
    {
        var clock = new RunClock(epochMonotonicNs);
        SwarmWarmUp.Run();
        using var pipe = new ObservationPipe(observations, LossSource.Clients, variant);
        using var engine = new SwarmEngine(worker, clock, SwarmOutput.Onto(pipe));

        // The descriptors of its threads are there before the limit is lowered, which happens once this role is ready.
        engine.Prepare(threads);
        pipe.Write(new RoleReady(Role.Swarm, worker, Environment.ProcessId, 0, null) { T = clock.Now });
        var exit = new SwarmCommands(worker, clock, pipe, engine).Serve(new RoleInbox(commands), cancellation);

        // All is written before sockets are closed, which takes its time with many.
        pipe.Flush();
        return exit;
    }
}
