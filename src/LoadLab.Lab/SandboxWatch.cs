using System.Diagnostics;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>Watches a sandbox from outside and ends it when it stands still, or lasts longer than everything in it may.</summary>
/// <remarks>Concurrency: a thread of its own; disposed once the sandbox's process has ended.</remarks>
internal sealed class SandboxWatch : IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly Process process;
    private readonly SandboxKind kind;
    private readonly HangLimits limits;
    private readonly Action closeInput;
    private readonly ManualResetEventSlim over = new();
    private readonly RunClock clock = RunClock.StartNew();
    private readonly Thread thread;
    private Nanoseconds? stoppedSince;
    private volatile bool isReady;
    private volatile string? reason;

    /// <summary>Begins to watch.</summary>
    /// <param name="process">The sandbox's outermost process.</param>
    /// <param name="kind">Which kind of sandbox.</param>
    /// <param name="limits">How long its parts may last.</param>
    /// <param name="closeInput">Ends the sandbox's standard input, which asks it to end.</param>
    public SandboxWatch(Process process, SandboxKind kind, HangLimits limits, Action closeInput)
    {
        (this.process, this.kind, this.limits, this.closeInput) = (process, kind, limits, closeInput);
        thread = new Thread(Watch) { IsBackground = true, Name = "sandbox watch" };
        thread.Start();
        AppDomain.CurrentDomain.ProcessExit += OnExit;
    }

    /// <summary>Why the sandbox was ended; null when it was not.</summary>
    public string? Reason => reason;

    /// <summary>The conductor has said that it is ready.</summary>
    public void Ready() => isReady = true;

    /// <summary>Ends the sandbox now, whatever state it is in.</summary>
    public void End()
    {
        closeInput();
        if (!SandboxTraits.Of(kind).HasOwnKernel)
        {
            TryKill();
            return;
        }

        // A kernel's launcher ends it when the input ends, and then removes its folder: that needs it to run.
        int[] all = [process.Id, .. ProcessTable.ChildrenOf(process.Id)];
        Array.ForEach(all, pid => _ = ProcessTable.Continue(pid));
        if (!process.WaitForExit(Patience))
        {
            // Each of them leads a process group: the launcher that of its helpers, the kernel that of its own processes.
            Array.ForEach(all, pid => _ = ProcessTable.Kill(-pid));
            TryKill();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        over.Set();
        thread.Join();
        over.Dispose();
    }

    // A second Ctrl-C ends this process at once: a conductor that is stopped would not see the end of its input.
    private void OnExit(object? sender, EventArgs e)
    {
        closeInput();
        if (SandboxTraits.Of(kind).HasOwnKernel)
        {
            Array.ForEach([process.Id, .. ProcessTable.ChildrenOf(process.Id)], pid => _ = ProcessTable.Continue(pid));
        }
        else
        {
            TryKill();
        }
    }

    private void Watch()
    {
        while (!over.Wait(LookEvery))
        {
            if (Hang() is { } why)
            {
                reason = why;
                End();
                return;
            }
        }
    }

    // What makes the sandbox, not what it is started through.
    private string Starter => process.StartInfo.ArgumentList.Contains("unshare") ? "unshare" : Path.GetFileName(process.StartInfo.FileName);

    private string? Hang()
    {
        var now = clock.Now;
        int[] all = [process.Id, .. ProcessTable.ChildrenOf(process.Id)];
        stoppedSince = all.Any(ProcessTable.StandsStill) ? stoppedSince ?? now : null;
        return now - stoppedSince >= HangLimits.Standstill
            ? $"the {(SandboxTraits.Of(kind).HasOwnKernel ? "kernel of the sandbox" : "conductor")} stood still: it was stopped by a signal (SIGSTOP) for "
            + $"{HangLimits.Standstill} and more"
            : !isReady && now > limits.Sandbox ? $"the sandbox was not ready after {limits.Sandbox}: '{Starter}' hangs"
            : now > limits.Whole ? $"the conductor stood still: the run has not ended after {limits.Whole}, which is far more than planned"
            : null;
    }

    private void TryKill()
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended meanwhile.
        }
    }
}
