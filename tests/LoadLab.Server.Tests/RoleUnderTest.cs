using System.IO.Pipes;
using System.Text.Json;
using LoadLab.Kernel;
using LoadLab.Model;
using Xunit;

namespace LoadLab.Server.Tests;

/// <summary>A server role in this process, spoken to over real pipes.</summary>
/// <remarks>One thread reads observations and keeps them all; a test waits for the one it needs, never for a time.</remarks>
internal sealed class RoleUnderTest : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly AnonymousPipeServerStream commands = new(PipeDirection.Out);
    private readonly AnonymousPipeServerStream observations = new(PipeDirection.In);
    private readonly AnonymousPipeClientStream roleCommands;
    private readonly AnonymousPipeClientStream roleObservations;
    private readonly List<Observation> seen = [];
    private readonly CancellationTokenSource cancellation = new();
    private readonly Task reading;
    private int commandId;

    public RoleUnderTest(ServerSpec spec, string? variant = null)
    {
        roleCommands = new AnonymousPipeClientStream(PipeDirection.In, commands.ClientSafePipeHandle);
        roleObservations = new AnonymousPipeClientStream(PipeDirection.Out, observations.ClientSafePipeHandle);
        Clock = RunClock.StartNew();
        Exit = Run(spec, variant);
        reading = Task.Factory.StartNew(ReadAll, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public RunClock Clock { get; }

    public Task<int> Exit { get; }

    public int Port => First<RoleReady>(_ => true).Port;

    public IReadOnlyList<Observation> Seen
    {
        get
        {
            lock (seen)
            {
                return [.. seen];
            }
        }
    }

    /// <summary>Gives a command and waits for its answer.</summary>
    public CommandDone Do(Func<int, RoleCommand> command)
    {
        var id = ++commandId;
        commands.Write(CommandPipe.ToLine(command(id)));
        return First<CommandDone>(done => done.Id == id);
    }

    /// <summary>The tally of a fresh report.</summary>
    public ServerTally Report()
    {
        var before = Seen.Count;
        _ = Do(id => new ReportCommand(id));
        return Seen.Skip(before).OfType<ServerTally>().Last();
    }

    /// <summary>The first observation of a kind that meets a condition, as soon as it is there.</summary>
    public T First<T>(Func<T, bool> condition)
        where T : Observation
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        lock (seen)
        {
            var next = 0;
            while (true)
            {
                for (; next < seen.Count; next++)
                {
                    if (seen[next] is T match && condition(match))
                    {
                        return match;
                    }
                }

                var left = Patience - clock.Elapsed;
                Assert.True(left > TimeSpan.Zero && Monitor.Wait(seen, left),
                    $"no {typeof(T).Name} as awaited on {Environment.OSVersion}; seen: {string.Join('\n', seen.TakeLast(20))}");
            }
        }
    }

    public void EndInput() => commands.Dispose();

    public void Cancel() => cancellation.Cancel();

    public void SendLine(string line) => commands.Write(System.Text.Encoding.UTF8.GetBytes(line + "\n"));

    public async ValueTask DisposeAsync()
    {
        commands.Dispose();
        try
        {
            _ = await Exit;
        }
        catch (InvalidDataException)
        {
            // The test that sends no command has looked at it itself.
        }

        await reading;
        roleCommands.Dispose();
        observations.Dispose();
        cancellation.Dispose();
    }

    private async Task<int> Run(ServerSpec spec, string? variant)
    {
        await Task.Yield();
        try
        {
            return await ServerRole.RunAsync(spec, Clock.EpochNs, variant, roleCommands, roleObservations, cancellation.Token);
        }
        finally
        {
            roleObservations.Dispose();
        }
    }

    private void ReadAll()
    {
        using var reader = new StreamReader(observations);
        while (reader.ReadLine() is { } line)
        {
            var observation = JsonSerializer.Deserialize(line, ModelJson.Default.Observation)!;
            lock (seen)
            {
                seen.Add(observation);
                Monitor.PulseAll(seen);
            }
        }
    }
}
