using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>A role as the conductor's child: commands in, observations out.</summary>
/// <remarks>
/// Concurrency: one thread reads its output, forwards every line as it is, and completes what waits for an answer; commands may come from any task.
/// Disposed by the conductor; a role that has not ended by then is killed.
/// </remarks>
internal sealed class RoleProcess : ILabProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private readonly Process process;
    private readonly Stream output;
    private readonly Action<Observation> died;
    private readonly TaskCompletionSource<RoleReady> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<int, (RoleCommand Command, TaskCompletionSource<CommandDone> Answer)> waiting = [];
    private readonly StringBuilder lastWords = new();
    private readonly Thread reader;
    private readonly RunClock clock;
    private volatile bool ending;

    private RoleProcess(Role role, int worker, Process process, Stream output, RunClock clock, Action<Observation> died)
    {
        Role = role;
        Worker = worker;
        Pid = process.Id;
        this.process = process;
        this.output = output;
        this.clock = clock;
        this.died = died;
        reader = new Thread(ReadLoop) { IsBackground = true, Name = $"{role} {worker}" };
        reader.Start();
    }

    /// <summary>Who.</summary>
    public Role Role { get; }

    /// <summary>Which of several.</summary>
    public int Worker { get; }

    /// <summary>Its pid in this pid namespace.</summary>
    public int Pid { get; }

    /// <summary>What it has not done yet, as half a sentence; null when it owes nothing.</summary>
    public string? Owes => !ready.Task.IsCompleted ? "has not said that it is ready"
        : waiting.Values.Select(one => one.Command).FirstOrDefault() is { } command ? $"has not answered the command '{command.Word}'"
        : null;

    /// <summary>What it said when it was ready.</summary>
    /// <exception cref="LabFailureException">It ended before.</exception>
    public Task<RoleReady> Ready => ready.Task;

    /// <inheritdoc/>
    public IReadOnlyList<(int Worker, int Pid)> Processes => [(Worker, Pid)];

    /// <summary>Starts it.</summary>
    public static RoleProcess Start(Role role, int worker, IReadOnlyList<string> command, Stream output, RunClock clock, Action<Observation> died)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };

        // For a debugger CoreCLR waits in open(2) of a FIFO, and so holds a descriptor that no list shows: at an fd limit it would be one connection
        // less than planned.
        start.Environment["DOTNET_EnableDiagnostics_Debugger"] = "0";
        if (role == Role.Swarm)
        {
            // A fill of a port range lasts half a second, less than tiered compilation takes to begin: unoptimized code would be a third as fast for all of it.
            start.Environment["DOTNET_TieredCompilation"] = "0";
        }

        try
        {
            var child = Process.Start(start) ?? throw new LabFailureException($"the {role} did not start");
            return new RoleProcess(role, worker, child, output, clock, died);
        }
        catch (Win32Exception e)
        {
            throw new LabFailureException($"the {EnumWords<Role>.Of(role)}: {StartFailure.Explain(e, command[0])}", refused: true);
        }
    }

    /// <summary>Sends a command and waits for its answer.</summary>
    /// <exception cref="LabFailureException">It could not do it, or ended.</exception>
    public async Task DoAsync(RoleCommand command, CancellationToken stopping)
    {
        var answer = new TaskCompletionSource<CommandDone>(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting[command.Id] = (command, answer);
        try
        {
            process.StandardInput.BaseStream.Write(CommandPipe.ToLine(command));
            process.StandardInput.BaseStream.Flush();
        }
        catch (IOException)
        {
            // EPIPE: it has ended; the reader completes the answer with the reason.
        }

        var done = await answer.Task.WaitAsync(stopping).ConfigureAwait(false);
        if (done.Error is { } error)
        {
            throw new LabFailureException(error);
        }
    }

    /// <summary>Asks it to stop, waits, and kills it if it does not.</summary>
    public void End(int commandId)
    {
        ending = true;
        try
        {
            process.StandardInput.BaseStream.Write(CommandPipe.ToLine(new StopCommand(commandId)));
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // EPIPE: it has ended already, which is what was wanted.
        }

        // One that is stopped by a signal reads nothing, and one that hangs is not waited for.
        if (ProcessTable.StandsStill(Pid) || !process.WaitForExit(Patience))
        {
            process.Kill();
        }

        reader.Join(Patience);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ending = true;
        if (!process.HasExited)
        {
            process.Kill();
        }

        reader.Join(Patience);
        process.Dispose();
    }

    private void ReadLoop()
    {
        process.ErrorDataReceived += (_, e) => Remember(e.Data);
        process.BeginErrorReadLine();
        CommandDone? refusal = null;
        var lines = new LineReader(process.StandardOutput.BaseStream);
        while (lines.Next(out var line))
        {
            output.Write(line);
            refusal = Answer(line) ?? refusal;
        }

        process.WaitForExit();
        string words;
        lock (lastWords)
        {
            words = lastWords.ToString().Trim();
        }

        var reason = new LabFailureException(refusal?.Error
            ?? $"the {EnumWords<Role>.Of(Role)} ended with status {process.ExitCode}{(words.Length > 0 ? ": " + words : "")}", refusal is not null);
        if (!ready.TrySetException(reason))
        {
            died(new RoleEnded(Role, Worker, process.ExitCode, ending, words) { T = clock.Now });
        }

        foreach (var (_, answer) in waiting.Values)
        {
            _ = answer.TrySetException(reason);
        }
    }

    // Only three kinds concern the conductor; the first bytes of a line say its kind, so the others are not parsed.
    private CommandDone? Answer(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("{\"kind\":\"command-done\""u8) && !line.StartsWith("{\"kind\":\"role-ready\""u8))
        {
            return null;
        }

        switch (JsonSerializer.Deserialize(line, ModelJson.Default.Observation))
        {
            case RoleReady said:
                _ = ready.TrySetResult(said);
                return null;
            case CommandDone { Id: 0 } refused:
                return refused;
            case CommandDone done when waiting.TryRemove(done.Id, out var one):
                _ = one.Answer.TrySetResult(done);
                return null;
            default:
                return null;
        }
    }

    private void Remember(string? words)
    {
        lock (lastWords)
        {
            if (words is not null && lastWords.Length < 2000)
            {
                _ = lastWords.AppendLine(words);
            }
        }
    }
}
