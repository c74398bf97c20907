using System.Runtime.CompilerServices;
using LoadLab.Kernel;

namespace LoadLab.Cli;

/// <summary>
/// Whether this process may have the descriptors and threads that a command takes, asked before it begins: what the runtime itself is refused later
/// ends the process with SIGABRT.
/// </summary>
internal static class ProcessRoom
{
    // A .NET program holds up to 110 for itself (two for each assembly where there is a just-in-time compiler).
    private const int LeastDescriptors = 128;

    // In native code 'inspect' opens 9 at a time, so that it works beside a process that is short of them, under the same limit.
    private const int LeastToInspect = 32;

    // What this process takes at most: workers and the gate of the pool, signals, sockets, two readers, the timer, telemetry.
    private const int OwnThreads = 16;

    // Of a run with one worker: conductor, server, swarm, and the two programs that make the sandbox. Seen: 42 together with its own.
    private const int RunThreads = 32;
    private const int StackBytes = 128 * 1024;

    /// <summary>Asks for the limit (RLIMIT_NOFILE), and for so many threads (RLIMIT_NPROC, pids.max), which are there for a moment.</summary>
    /// <param name="looksOnly">The command only looks at what is there: it starts no process and holds no socket.</param>
    /// <param name="runs">The command makes a run, whose processes count for the same user.</param>
    /// <exception cref="CliException">They are refused.</exception>
    public static void Check(bool looksOnly, bool runs)
    {
        var threads = OwnThreads + (runs ? RunThreads : 0);
        var least = looksOnly && !RuntimeFeature.IsDynamicCodeSupported ? LeastToInspect : LeastDescriptors;
        if (ResourceLimits.Nofile(0) is { Hard: var most } && most < least)
        {
            throw CliException.CannotSee(
                $"this process may open {most} files and needs {least}: raise its limit ('ulimit -n 1024', LimitNOFILE= of systemd, or --ulimit nofile= of "
                + $"Docker)");
        }

        using var all = new ManualResetEvent(initialState: false);
        var started = new List<Thread>(threads);
        try
        {
            while (started.Count < threads)
            {
                var thread = new Thread(() => all.WaitOne(), StackBytes) { IsBackground = true };
                thread.Start();
                started.Add(thread);
            }
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            throw CliException.CannotSee(
                $"this process may have {started.Count} threads more and needs {threads}: raise the number of processes of this user ('ulimit -u') or of "
                + $"this container (pids.max)");
        }
        finally
        {
            all.Set();
            started.ForEach(thread => thread.Join());
        }
    }
}
