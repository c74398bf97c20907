using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Peer;

/// <summary>The peer in a run: does what the conductor says and answers each command.</summary>
/// <remarks>Concurrency: one thread waits for packets and commands by epoll, and does everything; the inbox's thread only wakes it.</remarks>
internal sealed class PeerSession : IDisposable
{
    private readonly Epoll epoll = new();
    private readonly RawSender sender = new(SocketFamily.Ipv4);
    private readonly AnswerSocket answers;
    private readonly PeerInbox inbox;
    private readonly PeerScript script;
    private readonly RunClock clock;
    private readonly ObservationPipe pipe;

    /// <summary>Opens both sockets.</summary>
    /// <exception cref="KernelException">One of them was refused.</exception>
    public PeerSession(PeerSpec spec, Stream commands, RunClock clock, ObservationPipe pipe)
    {
        (this.clock, this.pipe) = (clock, pipe);
        answers = new AnswerSocket(spec.Sources);
        inbox = new PeerInbox(commands, epoll.Wake);
        script = new PeerScript(spec, sender, answers, epoll, () => inbox.IsEnding);
        _ = epoll.Add(answers.Descriptor, 0, Readiness.Readable);
    }

    /// <summary>Serves commands until <see cref="StopCommand"/> or the end of input.</summary>
    /// <returns>The exit status.</returns>
    public int Serve()
    {
        inbox.Start();
        while (true)
        {
            // Asked before the inbox is: what was said before the end is done.
            var isEnding = inbox.IsEnding;
            while (inbox.TryTake(out var command))
            {
                Answer(command!.Id, Do(command));
                if (command is StopCommand)
                {
                    return 0;
                }
            }

            if (isEnding)
            {
                return End();
            }

            _ = epoll.Wait(long.MaxValue);
            script.Drain();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        answers.Dispose();
        sender.Dispose();
        epoll.Dispose();
    }

    private int End()
    {
        if (inbox.BadLine is { } why)
        {
            Answer(PeerRole.NoCommandId, why);
            return PeerRole.Refused;
        }

        return 0;
    }

    private string? Do(RoleCommand command)
    {
        switch (command)
        {
            case PeerCommand peer:
                return Send(peer);
            case ReportCommand or StopCommand:
                Report();
                return null;
            default:
                return command.NotFor("the scripted peer");
        }
    }

    private string? Send(PeerCommand command)
    {
        if (!AddressRange.TryAddress(command.Address, out var address) || !AddressRange.IsHarmlessAddress(address))
        {
            return $"{command.Address} is refused as the peer's target: it only sends to 127.0.0.0/8 and 198.18.0.0/15";
        }

        var error = script.Do(command.Action, (address, command.Port), out var note);
        if (note is not null)
        {
            pipe.Write(new Note(note) { T = clock.Now });
        }

        return error;
    }

    private void Report()
    {
        var tally = script.Tally();
        if (answers.TakeLost() is > 0 and var lost)
        {
            pipe.Write(new SamplesLost(LossSource.PeerAnswers, lost, "answers came faster than the peer's packet socket had room for") { T = clock.Now });
        }

        pipe.Write(tally with { T = clock.Now });
    }

    private void Answer(int id, string? error) => pipe.Write(new CommandDone(id, Role.Peer, 0, error) { T = clock.Now });
}
