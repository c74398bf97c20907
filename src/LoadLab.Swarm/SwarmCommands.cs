using System.Collections.Concurrent;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>Carries out the commands of a role and answers each.</summary>
/// <remarks>
/// Concurrency: the calling thread carries out commands one after the other; a load goes on in the swarm's threads while later commands are served, and is
/// answered when it is done, by the thread that was last. Everything a command has made a thread write lies in the pipe before the command's answer.
/// </remarks>
internal sealed class SwarmCommands(int worker, RunClock clock, ObservationPipe pipe, SwarmEngine engine)
{
    private readonly ConcurrentDictionary<int, LoadUntil> loads = new();

    /// <summary>Serves until <see cref="StopCommand"/>, the end of input or cancellation; answers the exit status.</summary>
    public int Serve(RoleInbox inbox, CancellationToken cancellation)
    {
        foreach (var line in inbox.Take(cancellation))
        {
            if (line.Command is not { } command)
            {
                StopEngine();
                Answer(SwarmRole.NoCommandId, line.Error);
                return SwarmRole.ExitBadCommand;
            }

            switch (command)
            {
                case LoadCommand load:
                    Load(load);
                    break;
                case EndClientsCommand end:
                    Answer(command.Id, EndClients(end));
                    break;
                case SendCommand send:
                    Answer(command.Id, Send(send));
                    break;
                case ReportCommand:
                    _ = engine.Report();
                    Answer(command.Id, null);
                    break;
                case StopCommand:
                    StopEngine();
                    Answer(command.Id, null);
                    return 0;
                default:
                    Answer(command.Id, command.NotFor("the swarm"));
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

    private string? Send(SendCommand command)
    {
        if (command.Bytes < 1 || command.Count < 0)
        {
            return "clients send at least 1 byte, and not fewer than 0 of them do.";
        }

        engine.Send(command.Bytes, command.Count);
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
