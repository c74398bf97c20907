using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Server;

/// <summary>The server as a role of a run: a process that takes commands on one pipe and tells on another what it sees.</summary>
public static class ServerRole
{
    /// <summary>Exit status when it could not listen.</summary>
    private const int CannotListen = 2;

    /// <summary>Listens, says <see cref="RoleReady"/>, and does what it is told until <see cref="StopCommand"/>, the end of input or cancellation.</summary>
    /// <param name="spec">The server as declared.</param>
    /// <param name="epochMonotonicNs">CLOCK_MONOTONIC at the run's moment 0.</param>
    /// <param name="variant">Put on every observation; null for none.</param>
    /// <param name="commands">One <see cref="RoleCommand"/> a line. After cancellation a read of it is left behind until it ends.</param>
    /// <param name="observations">One <see cref="Observation"/> a line; not closed.</param>
    /// <param name="cancellation">Stops it as <see cref="StopCommand"/> does, without an answer.</param>
    /// <returns>The exit status: 0; 2 when it could not listen, which the <see cref="CommandDone"/> with id 0 explains.</returns>
    /// <exception cref="InvalidDataException">A line of the input is no command.</exception>
    /// <exception cref="KernelException">A descriptor that the server itself needs was not available.</exception>
    public static async Task<int> RunAsync(
        ServerSpec spec,
        long epochMonotonicNs,
        string? variant,
        Stream commands,
        Stream observations,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var clock = new RunClock(epochMonotonicNs);
        ServerWarmUp.Run(spec);
        using var pipe = new ObservationPipe(observations, LossSource.Server, variant);
        using var server = TcpServer.TryOpen(spec, clock, startsWithFirst: false, out var refusal);
        if (server is null)
        {
            pipe.Write(new CommandDone(0, Role.Server, 0, refusal) { T = clock.Now });
            return CannotListen;
        }

        using var session = new ServerSession(server, clock, pipe);
        session.Start();
        var following = Task.Factory.StartNew(
            () => session.FollowCommands(commands),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        try
        {
            await following.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            // The end that was asked for; what is left is written below.
        }
        finally
        {
            session.Finish();
        }

        return 0;
    }
}
