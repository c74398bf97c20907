using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>How a variant's run in its sandbox ended.</summary>
/// <param name="Finished">All phases were walked.</param>
/// <param name="Reason">Why not; null when they were.</param>
/// <param name="Refused">True when nothing was run because something asked for is not available here (a port that is taken).</param>
public sealed record LabEnd(bool Finished, string? Reason, bool Refused = false);

/// <summary>The outer half of a run: makes the sandbox, starts the conductor in it, and receives what it observes.</summary>
/// <remarks>
/// Concurrency: a thread of its own reads the conductor's output; a cancellation asks it to stop and, when it has not after some seconds, kills it.
/// The conductor lives no longer than this process: its standard input ends with it, and that ends the pid namespace. One that is stopped does not see that;
/// the kernel kills it then (SandboxParent).
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
        var (parent, started) = SandboxParent.Start(start);
        using var parentThread = parent;
        if (await WhyNot(started, start.FileName).ConfigureAwait(false) is { } failure)
        {
            return new LabEnd(Finished: false, failure, Refused: true);
        }

        using var process = await started.ConfigureAwait(false);
        var input = process.StandardInput.BaseStream;
        var complaints = process.StandardError.ReadToEndAsync(CancellationToken.None);
        using var watch = new SandboxWatch(process, sandbox.Kind, new HangLimits(order), input.Close);
        using var killer = new CancellationTokenSource();
        await using var killing = killer.Token.Register(watch.End);
        await using var asking = stopping.Register(() =>
        {
            if (isReady)
            {
                TryWrite(input, "stop\n"u8);
                killer.CancelAfter(SandboxTraits.Of(sandbox.Kind).HasOwnKernel ? PatienceWithAKernel : Patience);
            }
            else
            {
                // Nobody listens yet; the end of its input ends the sandbox as it is.
                input.Close();
                killer.CancelAfter(Patience);
            }
        });
        await Task.Factory.StartNew(() => ReadLines(process.StandardOutput.BaseStream, input, line, watch), CancellationToken.None,
            TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);

        // What watches over the sandbox from outside waits for the end of this.
        input.Close();
        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        return watch.Reason is { } hang ? new LabEnd(Finished: false, hang)
            : End(process.ExitCode, (await complaints.ConfigureAwait(false)).Trim(), stopping.IsCancellationRequested);
    }

    private static async Task<string?> WhyNot(Task<Process> started, string command)
    {
        try
        {
            _ = await started.ConfigureAwait(false);
            return null;
        }
        catch (Win32Exception e)
        {
            return StartFailure.Explain(e, command);
        }
    }

    private LabEnd End(int exit, string complaint, bool stopped) => stopped && !isReady ? new LabEnd(Finished: false, "stopped before its end")
        : unready is not null ? new LabEnd(Finished: false,
            $"the sandbox answered '{unready}' where the conductor should have said that it is ready{(complaint.Length > 0 ? ": " + complaint : "")}")
        : ConductorEnd.Of(exit, complaint, stopped);

    private static void TryWrite(Stream input, ReadOnlySpan<byte> bytes)
    {
        try
        {
            input.Write(bytes);
            input.Flush();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // EPIPE, or closed since the run was stopped: the conductor has ended already; its exit status says how.
        }
    }

    // Null when it is not the conductor's: it did not come so far.
    private static LabReady? Ready(ReadOnlySpan<byte> line) => ForeignJson.Read(line, ModelJson.Default.LabReady);

    // A kernel of the sandbox's own has a clock of its own; the line's way here makes the two differ by a millisecond or so, and moments are not compared
    // across that border.
    private LabOrder OrderFor(LabReady ready) => SandboxTraits.Of(sandbox.Kind).HasOwnKernel
        ? order with { EpochMonotonicNs = ready.MonotonicNs - (RunClock.MonotonicNs - order.EpochMonotonicNs) }
        : order;

    // Reading less often than lines come spares a wake-up for each of them, which would be taken from what is measured; the pipe holds what comes in between.
    private void ReadLines(Stream output, Stream input, LineTaker line, SandboxWatch watch)
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

        TryWrite(input, [.. JsonSerializer.SerializeToUtf8Bytes(OrderFor(ready), ModelJson.Default.LabOrder), (byte)'\n']);
        isReady = true;
        watch.Ready();
        while (lines.Next(out var one))
        {
            line(one.TrimEnd((byte)'\n'));
        }
    }
}

/// <summary>Takes one line; valid during the call only.</summary>
public delegate void LineTaker(ReadOnlySpan<byte> line);
