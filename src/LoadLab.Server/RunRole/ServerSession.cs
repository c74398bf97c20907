using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Server;

/// <summary>A server in a run: does what the conductor says and answers each command.</summary>
/// <remarks>
/// Concurrency: commands are done one after another by the thread that reads them; <see cref="Finish"/> may come from another one and is done once.
/// </remarks>
internal sealed class ServerSession : IDisposable
{
    private readonly Lock gate = new();
    private readonly TcpServer server;
    private readonly RunClock clock;
    private readonly ObservationPipe pipe;
    private readonly ServerSampler sampler;
    private bool isFinished;

    /// <summary>Takes a server that listens already; the code that opened it disposes it.</summary>
    public ServerSession(TcpServer server, RunClock clock, ObservationPipe pipe)
    {
        (this.server, this.clock, this.pipe) = (server, clock, pipe);
        sampler = new ServerSampler(server, clock, pipe);
    }

    /// <summary>Starts accepting and sampling, and says ready.</summary>
    public void Start()
    {
        server.Start();
        pipe.Write(new RoleReady(Role.Server, 0, Environment.ProcessId, server.Listeners.Port, server.Spec.Backlog) { T = clock.Now });
        sampler.Start();
    }

    /// <summary>Does commands until the last one or the end of input.</summary>
    /// <exception cref="InvalidDataException">A line is no command.</exception>
    public void FollowCommands(Stream input)
    {
        foreach (var command in CommandPipe.Read(input))
        {
            var error = Do(command);
            pipe.Write(new CommandDone(command.Id, Role.Server, 0, error) { T = clock.Now });
            if (command is StopCommand)
            {
                return;
            }
        }

        // On this thread, which exists: at the fd limit another one might not start.
        Finish();
    }

    /// <summary>Stops accepting, writes what is left, and closes what is open.</summary>
    public void Finish()
    {
        lock (gate)
        {
            if (!isFinished)
            {
                isFinished = true;
                server.StopAccepting();
                sampler.Report();
                server.CloseConnections();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => sampler.Dispose();

    private string? Do(RoleCommand command)
    {
        switch (command)
        {
            case BeginCommand begin:
                server.Accepting.Begin(Monotonic(begin.StartAt));
                return null;
            case ListenCommand listen:
                var error = server.Listeners.Listen(listen.Backlog);
                sampler.Sweep();
                return error;
            case AcceptCommand accept:
                server.Accepting.Follow(accept.Policy, Monotonic(accept.StartAt));
                return null;
            case DeferAcceptCommand defer:
                return server.Listeners.DeferAccept(defer.DeferAccept);
            case ReportCommand:
                sampler.Report();
                pipe.Flush();
                return null;
            case StopCommand:
                Finish();
                return null;
            default:
                return command.NotFor("the server");
        }
    }

    private long Monotonic(Nanoseconds moment) => clock.EpochNs + moment.Value;
}
