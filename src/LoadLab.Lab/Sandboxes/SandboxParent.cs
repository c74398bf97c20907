using System.Diagnostics;

namespace LoadLab.Lab;

/// <summary>Starts a sandbox from a thread that lives as long as the sandbox does.</summary>
/// <remarks>
/// A sandbox asks the kernel to be killed when its parent ends (PR_SET_PDEATHSIG), and to the kernel the parent is the thread that started it: prctl(2). A
/// thread of the pool
/// may end in mid-run. Concurrency: disposed by its owner after the sandbox's process has ended.
/// </remarks>
internal sealed class SandboxParent : IDisposable
{
    private readonly ManualResetEventSlim over = new();
    private readonly Thread thread;

    private SandboxParent(Action start)
    {
        thread = new Thread(() =>
        {
            start();
            over.Wait();
        })
        { IsBackground = true, Name = "sandbox parent" };
        thread.Start();
    }

    /// <summary>Starts it.</summary>
    /// <returns>The process, or what starting it threw.</returns>
    public static (SandboxParent Parent, Task<Process> Started) Start(ProcessStartInfo start)
    {
        // What awaits it must not go on on this thread: that would wait for its own end.
        var started = new Task<Process>(() => Process.Start(start)!, TaskCreationOptions.RunContinuationsAsynchronously);
        return (new SandboxParent(started.RunSynchronously), started);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        over.Set();
        thread.Join();
        over.Dispose();
    }
}
