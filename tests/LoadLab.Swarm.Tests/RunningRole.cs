using System.IO.Pipes;
using System.Text.Json;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Swarm.Tests;

/// <summary>A swarm worker on a thread of the test, with pipes as its standard input and output.</summary>
/// <remarks>Concurrency: the test's thread writes commands and reads observations; a read waits for the event, never for a time.</remarks>
internal sealed class RunningRole : IDisposable
{
    private readonly AnonymousPipeServerStream input = new(PipeDirection.Out);
    private readonly AnonymousPipeServerStream output = new(PipeDirection.Out);
    private readonly RunClock clock = RunClock.StartNew();
    private readonly StreamReader reader;
    private readonly Thread thread;
    private int lastId;
    private bool hasEnded;

    public RunningRole()
    {
        var commands = new AnonymousPipeClientStream(PipeDirection.In, input.ClientSafePipeHandle);
        reader = new StreamReader(new AnonymousPipeClientStream(PipeDirection.In, output.ClientSafePipeHandle));
        thread = new Thread(() =>
        {
            ExitCode = SwarmRole.Run(0, clock.EpochNs, null, commands, output);
            output.Dispose();
        });
        thread.Start();
        _ = Until(seen => seen is RoleReady);
    }

    public List<Observation> Seen { get; } = [];

    public int? ExitCode { get; private set; }

    public Nanoseconds Now => clock.Now;

    public IEnumerable<ConnectRecord> Rows => Seen.OfType<ConnectRecords>().SelectMany(records => records.Rows);

    public IEnumerable<ConnectsCounted> Counted => Seen.OfType<ConnectsCounted>();

    public IEnumerable<FailureCount> Failures => Counted.SelectMany(counted => counted.Failures);

    public int NextId() => ++lastId;

    public void Send(RoleCommand command) => input.Write(CommandPipe.ToLine(command));

    public void SendLine(ReadOnlySpan<byte> line) => input.Write(line);

    public void CloseInput() => input.Dispose();

    public LoadCommand LoadOf(SwarmSpec spec, int port, LoadUntil until, (int Low, int High)? ports = null, string address = "127.0.0.1") =>
        new(NextId(), 0, spec, 1, address, port, ports?.Low ?? 32768, ports?.High ?? 60999, Now, until);

    /// <summary>Sends a load and waits until it is answered.</summary>
    public CommandDone Load(SwarmSpec spec, int port, LoadUntil until, (int Low, int High)? ports = null) => Do(LoadOf(spec, port, until, ports));

    public CommandDone Do(RoleCommand command)
    {
        Send(command);
        return Answer(command.Id);
    }

    public CommandDone Answer(int id) => (CommandDone)Until(seen => seen is CommandDone done && done.Id == id);

    public ClientsSeen Report()
    {
        _ = Do(new ReportCommand(NextId()));
        return Seen.OfType<ClientsSeen>().Last();
    }

    public void Stop()
    {
        _ = Do(new StopCommand(NextId()));
        End();
    }

    /// <summary>Reads to the end and waits for the thread.</summary>
    public void End()
    {
        if (!hasEnded)
        {
            hasEnded = true;
            input.Dispose();
            while (Next() is not null)
            {
            }

            thread.Join();
        }
    }

    public Observation Until(Func<Observation, bool> isIt)
    {
        while (Next() is { } observation)
        {
            if (isIt(observation))
            {
                return observation;
            }
        }

        throw new InvalidOperationException("the role ended before it wrote that");
    }

    public void Dispose()
    {
        End();
        reader.Dispose();
    }

    private Observation? Next()
    {
        if (reader.ReadLine() is not { } line)
        {
            return null;
        }

        var observation = JsonSerializer.Deserialize(line, ModelJson.Default.Observation)!;
        Seen.Add(observation);
        return observation;
    }
}
