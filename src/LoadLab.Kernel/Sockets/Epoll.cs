using System.Runtime.InteropServices;
using LoadLab.Kernel.Abi;
using LoadLab.Model;
using static LoadLab.Kernel.Abi.Constants;

namespace LoadLab.Kernel;

/// <summary>What an <see cref="Epoll"/> waits for, and what came.</summary>
[Flags]
public enum Readiness
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>EPOLLIN: something to read, to accept, or end of stream.</summary>
    Readable = EPOLLIN,

    /// <summary>EPOLLOUT: room to write, or a connect has ended.</summary>
    Writable = EPOLLOUT,

    /// <summary>EPOLLERR.</summary>
    Error = EPOLLERR,

    /// <summary>EPOLLHUP.</summary>
    HangUp = EPOLLHUP,

    /// <summary>EPOLLRDHUP: the peer has closed its direction.</summary>
    PeerClosed = EPOLLRDHUP,
}

/// <summary>A ready descriptor by the token it was added with.</summary>
public readonly record struct ReadyEvent(Readiness Readiness, int Token);

/// <summary>epoll(7) with a timer and a wake-up: what one thread waits on. Level-triggered.</summary>
/// <remarks>
/// Concurrency: one thread calls <see cref="Wait"/>; any thread may call <see cref="Wake"/>, <see cref="Add"/>, <see cref="Change"/> and
/// <see cref="Remove"/>: they keep nothing here, and epoll_ctl(2) is the kernel's to order.
/// It holds three descriptors (epoll, timerfd, eventfd) from its construction, so it goes on working at the fd limit.
/// </remarks>
public sealed unsafe class Epoll : IDisposable
{
    private const int TimerToken = -1;
    private const int WakeToken = -2;

    // struct epoll_event is packed on x86-64 only (include/uapi/linux/eventpoll.h); elsewhere its data starts at 8.
    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int EventSize = DataOffset + 8;
    private readonly OwnedDescriptor epoll;
    private readonly OwnedDescriptor timer;
    private readonly OwnedDescriptor wake;
    private readonly ReadyEvent[] ready = new ReadyEvent[256];
    private readonly byte[] buffer = new byte[256 * EventSize];
    private long armedNs;

    /// <summary>Makes the three descriptors.</summary>
    /// <exception cref="KernelException">No descriptor was to be had.</exception>
    public Epoll()
    {
        epoll = new OwnedDescriptor(Libc.epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
        timer = new OwnedDescriptor(Libc.timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC), "timerfd_create");
        wake = new OwnedDescriptor(Libc.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "eventfd");
        _ = Add(timer.Fd, TimerToken, Readiness.Readable);
        _ = Add(wake.Fd, WakeToken, Readiness.Readable);
    }

    /// <summary>Watches a descriptor. Tokens are 0 or more. Errors: EEXIST, ENOMEM, ENOSPC.</summary>
    public SyscallResult Add(int fd, int token, Readiness readiness) => Control(EPOLL_CTL_ADD, fd, token, readiness);

    /// <summary>Watches it for something else.</summary>
    public SyscallResult Change(int fd, int token, Readiness readiness) => Control(EPOLL_CTL_MOD, fd, token, readiness);

    /// <summary>No longer watches it. Closing the last descriptor of a socket does the same.</summary>
    public SyscallResult Remove(int fd) => Control(EPOLL_CTL_DEL, fd, 0, Readiness.None);

    /// <summary>Makes a <see cref="Wait"/> of another thread return.</summary>
    public void Wake()
    {
        ulong one = 1;
        _ = Libc.write(wake.Fd, &one, sizeof(ulong));
    }

    /// <summary>
    /// Waits until something is ready, <see cref="Wake"/> is called, or CLOCK_MONOTONIC reaches <paramref name="untilMonotonicNs"/> (0 or past: does
    /// not wait; long.MaxValue: for ever).
    /// </summary>
    /// <returns>What is ready; valid until the next call. Empty after a wake-up or at the moment itself.</returns>
    public ReadOnlySpan<ReadyEvent> Wait(long untilMonotonicNs)
    {
        var timeout = -1;
        if (untilMonotonicNs <= RunClock.MonotonicNs)
        {
            timeout = 0;
        }
        else if (untilMonotonicNs != armedNs)
        {
            Arm(untilMonotonicNs);
        }

        int count;
        fixed (byte* start = buffer)
        {
            count = Libc.epoll_wait(epoll, start, ready.Length, timeout);
        }

        var found = 0;
        for (var i = 0; i < count; i++)
        {
            var entry = buffer.AsSpan(i * EventSize, EventSize);
            var readiness = (Readiness)BitConverter.ToInt32(entry);
            var token = BitConverter.ToInt32(entry[DataOffset..]);
            if (token >= 0)
            {
                ready[found++] = new ReadyEvent(readiness, token);
                continue;
            }

            ulong drained;
            _ = Libc.read(token == TimerToken ? timer.Fd : wake.Fd, &drained, sizeof(ulong));
            armedNs = token == TimerToken ? 0 : armedNs;
        }

        return ready.AsSpan(0, found);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        wake.Dispose();
        timer.Dispose();
        epoll.Dispose();
    }

    private void Arm(long atNs)
    {
        // it_value zero disarms: that is what "for ever" needs.
        var forever = atNs == long.MaxValue;
        var next = new itimerspec { it_value = new timespec { tv_sec = forever ? 0 : atNs / 1_000_000_000, tv_nsec = forever ? 0 : atNs % 1_000_000_000 } };
        _ = Libc.timerfd_settime(timer, TFD_TIMER_ABSTIME, &next, null);
        armedNs = atNs;
    }

    private SyscallResult Control(int operation, int fd, int token, Readiness readiness)
    {
        var entry = stackalloc byte[16];
        *(int*)entry = (int)readiness;
        *(int*)(entry + DataOffset) = token;
        return Libc.Result(Libc.epoll_ctl(epoll, operation, fd, entry));
    }
}
