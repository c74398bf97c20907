using System.Collections.Concurrent;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.NBomber;

/// <summary>Waits for connects that are not over at once, without a thread for each: the kernel's answer is read by SO_ERROR, so its errno is exact.</summary>
/// <remarks>Concurrency: one thread waits in epoll; any thread begins a wait. A wait that is given up is told as such and taken out.</remarks>
internal sealed class ConnectWaiter : IDisposable
{
    private readonly Epoll epoll = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource<Errno>> waiting = [];
    private readonly Thread thread;
    private volatile bool closing;

    public ConnectWaiter()
    {
        thread = new Thread(Wait) { IsBackground = true, Name = "connects" };
        thread.Start();
    }

    /// <summary>How a connect in progress ends; null when it has not within this time.</summary>
    public async Task<Errno?> EndOfAsync(int fd, TimeSpan patience)
    {
        var end = new TaskCompletionSource<Errno>(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting[fd] = end;
        var added = epoll.Add(fd, fd, Readiness.Writable);
        if (!added.IsOk)
        {
            _ = waiting.TryRemove(fd, out _);
            return added.Errno;
        }

        // An answer that comes as patience ends is taken: whoever removes it first decides.
        if (await Task.WhenAny(end.Task, Task.Delay(patience)) != end.Task && waiting.TryRemove(fd, out _))
        {
            _ = epoll.Remove(fd);
            return null;
        }

        return await end.Task;
    }

    public void Dispose()
    {
        closing = true;
        epoll.Wake();
        thread.Join();
        epoll.Dispose();
    }

    private void Wait()
    {
        while (!closing)
        {
            foreach (var (_, fd) in epoll.Wait(long.MaxValue))
            {
                if (waiting.TryRemove(fd, out var end))
                {
                    var errno = SocketCalls.PendingError(fd);
                    _ = epoll.Remove(fd);
                    end.SetResult(errno);
                }
            }
        }
    }
}
