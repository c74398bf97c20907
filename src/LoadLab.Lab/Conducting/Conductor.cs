using System.Text.Json;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>The process inside the sandbox: sets it up, starts the roles, walks the phases, samples, ends them.</summary>
/// <remarks>
/// Concurrency: the main task walks; the sampler and one reader for each role have threads of their own; a thread watches standard input, whose end ends this
/// process at once
/// (and, since it is pid 1 of the sandbox, everything in it).
/// </remarks>
public static class Conductor
{
    /// <summary>Says that it is ready, reads the order from standard input and carries it out. The result is the process's exit status.</summary>
    public static async Task<int> RunAsync(Stream input, Stream output, TextWriter complaints)
    {
        ArgumentNullException.ThrowIfNull(complaints);
        // Only the outer process decides what a Ctrl-C means. In a namespace this is so already, by setsid(1).
        TerminalSession.Leave();

        // A descriptor of a number that roles may not use, left open by a shell, would make each of their counts one too many.
        InheritedDescriptors.KeepFromChildren();
        var reader = new StreamReader(input);
        await output.WriteAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(new LabReady(RunClock.MonotonicNs), ModelJson.Default.LabReady),
            (byte)'\n']).ConfigureAwait(false);
        await output.FlushAsync().ConfigureAwait(false);
        if (await reader.ReadLineAsync().ConfigureAwait(false) is not { } line || JsonSerializer.Deserialize(line, ModelJson.Default.LabOrder) is not { } order)
        {
            return ConductorExit.Stopped;
        }

        var stopping = new CancellationTokenSource();
        var watch = new Thread(() => WatchInput(reader, stopping)) { IsBackground = true, Name = "standard input" };
        watch.Start();
        await using var lines = new RunOutput(output);
        try
        {
            using var pipe = new ObservationPipe(lines, LossSource.Conductor, order.Variant.Name is { Length: > 0 } name ? name : null);
            await using var lab = new ConductorRun(order, lines, pipe);
            var finished = await lab.RunAsync(stopping).ConfigureAwait(false);
            return finished ? ConductorExit.Finished : ConductorExit.Stopped;
        }
        catch (LabFailureException e)
        {
            await complaints.WriteLineAsync(e.Message).ConfigureAwait(false);
            return e.Refused ? ConductorExit.Refused : ConductorExit.Failed;
        }
        catch (KernelException e)
        {
            await complaints.WriteLineAsync(e.Message).ConfigureAwait(false);
            return ConductorExit.Failed;
        }
    }

    private static void WatchInput(StreamReader reader, CancellationTokenSource stopping)
    {
        while (reader.ReadLine() is not null)
        {
            // Not Cancel(): the end of the run would go on on this thread, which has to see the end of the input.
            _ = stopping.CancelAsync();
        }

        // The process that gave the order is gone: what follows is not read.
        Environment.Exit(ConductorExit.Stopped);
    }
}
