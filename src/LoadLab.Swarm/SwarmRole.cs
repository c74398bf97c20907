using System.Collections.Concurrent;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>One worker process of the swarm: reads commands, connects, writes what it sees.</summary>
/// <remarks>
/// Concurrency: the calling thread carries out commands one after the other; a load goes on in the swarm's threads while later commands are served, and is
/// answered when it is done. Everything a command has made a thread write lies in the pipe before the command's answer.
/// </remarks>
public sealed class SwarmRole
{
    /// <summary>A line on the input was no command: the two ends are of different versions.</summary>
    public const int ExitBadCommand = 2;

    /// <summary>The <see cref="CommandDone.Id"/> that answers a line which is no command, and so has no id.</summary>
    public const int NoCommandId = -1;

    private readonly ConcurrentDictionary<int, LoadUntil> loads = new();
    private readonly int worker;
    private readonly RunClock clock;
    private readonly ObservationPipe pipe;
    private readonly SwarmEngine engine;

    private SwarmRole(int worker, RunClock clock, ObservationPipe pipe, SwarmEngine engine)
    {
        this.worker = worker;
        this.clock = clock;
        this.pipe = pipe;
        this.engine = engine;
    }

    /// <summary>Says that it is ready, then serves commands until <see cref="StopCommand"/>, the end of input or cancellation.</summary>
    /// <param name="worker">Which of several, from 0.</param>
    /// <param name="epochMonotonicNs">CLOCK_MONOTONIC at the run's start.</param>
    /// <param name="variant">Put on every observation; null for none.</param>
    /// <param name="commands">Command lines; not closed.</param>
    /// <param name="observations">Where observation lines go; not closed.</param>
    /// <param name="cancellation">Stops it as the end of input does.</param>
    /// <returns>The exit status: 0, or <see cref="ExitBadCommand"/>.</returns>
    public static int Run(int worker, long epochMonotonicNs, string? variant, Stream commands, Stream observations, CancellationToken cancellation = default)
    {
        var clock = new RunClock(epochMonotonicNs);
        SwarmWarmUp.Run();
        using var pipe = new ObservationPipe(observations, "clients", variant);
        using var engine = new SwarmEngine(worker, clock, SwarmOutput.Onto(pipe));

        // Its descriptors are there before the limit is lowered, which happens once this role is ready.
        engine.Prepare(1);
        pipe.Write(new RoleReady(Role.Swarm, worker, Environment.ProcessId, 0, null) { T = clock.Now });
        var exit = new SwarmRole(worker, clock, pipe, engine).Serve(new RoleInbox(commands), cancellation);

        // All is written before sockets are closed, which takes its time with many.
        pipe.Flush();
        return exit;
    }

    private int Serve(RoleInbox inbox, CancellationToken cancellation)
    {
        foreach (var line in inbox.Take(cancellation))
        {
            if (line.Command is not { } command)
            {
                StopEngine();
                Answer(NoCommandId, line.Error);
                return ExitBadCommand;
            }

            switch (command.Kind)
            {
                case RoleCommandKind.Load:
                    Load((LoadCommand)command);
                    break;
                case RoleCommandKind.EndClients:
                    Answer(command.Id, EndClients((EndClientsCommand)command));
                    break;
                case RoleCommandKind.Report:
                    _ = engine.Report();
                    Answer(command.Id, null);
                    break;
                case RoleCommandKind.Stop:
                    StopEngine();
                    Answer(command.Id, null);
                    return 0;
                case RoleCommandKind.Begin or RoleCommandKind.Listen or RoleCommandKind.Accept:
                    Answer(command.Id, $"'{command.Kind}' is a command for the server, not for the swarm.");
                    break;
            }
        }

        StopEngine();
        return 0;
    }

    private void Load(LoadCommand command)
    {
        if (!loads.TryAdd(command.Id, command.Until))
        {
            Answer(command.Id, $"load {command.Id} still goes on; each command has an id of its own.");
            return;
        }

        var refusal = engine.Begin(command, () => LoadIsDone(command.Id, null));
        if (refusal is not null)
        {
            LoadIsDone(command.Id, refusal);
        }
    }

    private string? EndClients(EndClientsCommand command)
    {
        if (command.End == ClientEnd.Hold || command.Count < 0)
        {
            return "clients are ended by close, reset or half-close, and not fewer than 0 of them.";
        }

        engine.EndClients(command.End, command.Count);
        return null;
    }

    private void StopEngine()
    {
        engine.Stop();
        foreach (var (id, until) in loads)
        {
            LoadIsDone(id, $"the swarm was stopped before load {id} was {EnumWords<LoadUntil>.Of(until)}.");
        }
    }

    // By the thread that was last in the load, or by the role's own.
    private void LoadIsDone(int id, string? error)
    {
        if (loads.TryRemove(id, out _))
        {
            Answer(id, error);
        }
    }

    private void Answer(int id, string? error) => pipe.Write(new CommandDone(id, Role.Swarm, worker, error) { T = clock.Now });
}
