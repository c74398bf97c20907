using LoadLab.Kernel.Abi;

namespace LoadLab.Kernel;

/// <summary>Whether any process reads this process's standard output.</summary>
public static unsafe class StandardOutput
{
    private const int Fd = 1;

    /// <summary>
    /// True once the other end of the pipe is closed, as <c>head</c> does when it has seen enough: .NET's console swallows EPIPE, so a program that
    /// writes for ever would never learn it.
    /// </summary>
    /// <remarks>Kernel: fs/pipe.c pipe_poll (EPOLLERR for a pipe without readers); poll(2). A file or a terminal never says so.</remarks>
    public static bool IsAbandoned
    {
        get
        {
            var asked = new pollfd { fd = Fd };
            return Libc.poll(&asked, 1, 0) == 1 && (asked.revents & Constants.POLLERR) != 0;
        }
    }
}
