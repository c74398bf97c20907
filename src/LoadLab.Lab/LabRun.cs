using System.Diagnostics;
using System.Text;
using System.Text.Json;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>How a variant's run in its sandbox ended.</summary>
/// <param name="Finished">All phases were walked.</param>
/// <param name="Reason">Why not; null when they were.</param>
/// <param name="Refused">True when nothing was run because something asked for cannot be had here (a port that is taken).</param>
public sealed record LabEnd(bool Finished, string? Reason, bool Refused = false);

/// <summary>The outer half of a run: makes the sandbox, starts the conductor in it, and receives what it observes.</summary>
/// <remarks>
/// Concurrency: a thread of its own reads the conductor's output; a cancellation asks it to stop and, when it has not after some seconds, kills it.
/// The conductor lives no longer than this process: its standard input ends with it, and that ends the pid namespace.
/// </remarks>
public sealed class LabRun(ISandbox sandbox, LabOrder order)
{
    private static readonly Nanoseconds ReadEvery = Nanoseconds.FromMilliseconds(25);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // Ending the roles takes a kernel in user space some seconds: each page of theirs is unmapped by system calls of its host.
    private static readonly TimeSpan PatienceWithAKernel = TimeSpan.FromSeconds(20);
    private string? unready;
    private volatile bool isReady;

    /// <summary>Runs it to its end.</summary>
    /// <param name="line">Gets every observation as its JSON line, without the newline, in order; valid during the call only.</param>
    /// <param name="stopping">Ends the run early; what was seen until then has been delivered.</param>
    public async Task<LabEnd> RunAsync(LineTaker line, CancellationToken stopping)
    {
        ArgumentNullException.ThrowIfNull(line);
        var start = sandbox.Start(LoadLabBinary.CommandLine("role", "conductor"), Path.GetDirectoryName(order.TracePath ?? order.SubjectLogPath));
        start.UseShellExecute = false;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start) ?? throw new InvalidOperationException("the sandbox's process did not start");
        var input = process.StandardInput.BaseStream;
        var complaints = process.StandardError.ReadToEndAsync(CancellationToken.None);
        using var killer = new CancellationTokenSource();
        await using var killing = killer.Token.Register(() =>
        {
            input.Close();
            if (sandbox.Kind != SandboxKind.Kernel)
            {
                // A kernel's launcher ends it when the input ends, and then has its folder to remove.
                process.Kill();
            }
        });
        await using var asking = stopping.Register(() =>
        {
            if (isReady)
            {
                TryWriteAsync(input, "stop\n"u8.ToArray()).AsTask().GetAwaiter().GetResult();
                killer.CancelAfter(sandbox.Kind == SandboxKind.Kernel ? PatienceWithAKernel : Patience);
            }
            else
            {
                // Nobody listens yet; the end of its input ends the sandbox as it is.
                input.Close();
            }
        });
        await Task.Factory.StartNew(() => ReadLines(process.StandardOutput.BaseStream, input, line), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);

        // What watches over the sandbox from outside waits for the end of this.
        input.Close();
        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        return End(process.ExitCode, (await complaints.ConfigureAwait(false)).Trim(), stopping.IsCancellationRequested);
    }

    private LabEnd End(int exit, string complaint, bool stopped) => exit switch
    {
        _ when stopped && !isReady => new LabEnd(Finished: false, "stopped before its end"),
        _ when unready is not null => new LabEnd(Finished: false, $"the sandbox answered '{unready}' where the conductor should have said that it is ready{(complaint.Length > 0 ? ": " + complaint : "")}"),
        ConductorExit.Finished => new LabEnd(Finished: true, Reason: null),
        ConductorExit.Refused => new LabEnd(Finished: false, complaint, Refused: true),
        ConductorExit.Stopped => new LabEnd(Finished: false, "stopped before its end"),
        ConductorExit.Failed => new LabEnd(Finished: false, complaint),
        _ when stopped => new LabEnd(Finished: false, "stopped before its end"),
        _ => new LabEnd(Finished: false, $"the conductor ended with status {exit}{(complaint.Length > 0 ? ": " + complaint : "")}"),
    };

    private static async ValueTask TryWriteAsync(Stream input, byte[] bytes)
    {
        try
        {
            await input.WriteAsync(bytes).ConfigureAwait(false);
            await input.FlushAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // EPIPE, or closed since the run was stopped: the conductor has ended already; its exit status says how.
        }
    }

    private static LabReady? Ready(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, ModelJson.Default.LabReady);
        }
        catch (JsonException)
        {
            // Not the conductor's: it did not come so far.
            return null;
        }
    }

    // A kernel of the sandbox's own has a clock of its own; the line's way here makes the two differ by a millisecond or so, and nobody compares moments across that border.
    private LabOrder OrderFor(LabReady ready) => sandbox.Kind == SandboxKind.Kernel
        ? order with { EpochMonotonicNs = ready.MonotonicNs - (RunClock.MonotonicNs - order.EpochMonotonicNs) }
        : order;

    // Reading less often than lines come spares a wake-up for each of them, which would be taken from what is measured; the pipe holds what comes in between.
    private void ReadLines(Stream output, Stream input, LineTaker line)
    {
        var clock = RunClock.StartNew();
        var lines = new LineReader(output, () => clock.SleepUntil(isReady ? clock.Now + ReadEvery : clock.Now));
        if (!lines.Next(out var first))
        {
            return;
        }

        if (Ready(first) is not { } ready)
        {
            unready = Encoding.UTF8.GetString(first).Trim();
            return;
        }

        TryWriteAsync(input, [.. JsonSerializer.SerializeToUtf8Bytes(OrderFor(ready), ModelJson.Default.LabOrder), (byte)'\n']).AsTask().GetAwaiter().GetResult();
        isReady = true;
        while (lines.Next(out var one))
        {
            line(one.TrimEnd((byte)'\n'));
        }
    }
}

/// <summary>Takes one line; valid during the call only.</summary>
public delegate void LineTaker(ReadOnlySpan<byte> line);
