using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using LoadLab.Kernel.Abi;
using LoadLab.Model;

namespace LoadLab.Kernel;

/// <summary>The descriptors of another process, by listing /proc/PID/fd.</summary>
/// <param name="Numbers">Those that are installed, ascending. A number that a waiting accept() has reserved is not listed, though the process's own count
/// has it (fs/proc/fd.c proc_readfd_count counts the bitmap).</param>
/// <param name="SocketInodes">The inodes of those that are sockets, in the order of the list; two descriptors of one socket count twice.</param>
/// <remarks>Kernel: fs/proc/fd.c proc_readfd_common, proc_fd_link; seen on 6.18.</remarks>
public sealed record ProcessDescriptors(ImmutableArray<int> Numbers, ImmutableArray<long> SocketInodes)
{
    private const string SocketLink = "socket:[";

    /// <summary>How many.</summary>
    public long Open => Numbers.Length;

    /// <summary>How many of them are sockets.</summary>
    public long Sockets => SocketInodes.Length;

    /// <summary>Lists them; null when the process is gone or may not be asked. One that is closed while it lists is not counted.</summary>
    /// <remarks>The list of a process of the same user in another user namespace can be read, and its links cannot (proc_fd_link asks ptrace_may_access):
    /// then nothing is known of what they are.</remarks>
    public static ProcessDescriptors? Read(int pid, string procRoot = "/proc")
    {
        try
        {
            var numbers = ImmutableArray.CreateBuilder<int>();
            var sockets = ImmutableArray.CreateBuilder<long>();
            foreach (var entry in Directory.EnumerateFileSystemEntries(Path.Combine(procRoot, pid.ToString(CultureInfo.InvariantCulture), "fd")))
            {
                var (target, errno) = Target(entry);
                if (target is null && errno != Errno.ENOENT)
                {
                    return null;
                }

                if (target is not null)
                {
                    numbers.Add(int.Parse(Path.GetFileName(entry), CultureInfo.InvariantCulture));
                    if (target.StartsWith(SocketLink, StringComparison.Ordinal)
                        && long.TryParse(target.AsSpan(SocketLink.Length).TrimEnd(']'), CultureInfo.InvariantCulture, out var inode))
                    {
                        sockets.Add(inode);
                    }
                }
            }

            numbers.Sort();
            return new ProcessDescriptors(numbers.ToImmutable(), sockets.ToImmutable());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // By a call of its own: its errno tells a descriptor that was closed from one that may not be looked at. A second look is no proof, since the number
    // may have been given anew in between.
    private static unsafe (string? Target, Errno Errno) Target(string link)
    {
        const int Longest = 4096;
        var target = stackalloc byte[Longest];
        var length = Libc.readlink(link, target, Longest);
        return length < 0 ? (null, new Errno(Marshal.GetLastPInvokeError())) : (Encoding.UTF8.GetString(target, (int)length), default);
    }

    /// <summary>The RLIMIT_NOFILE under which so many more can be opened than under another: numbers in use between the two give no room.</summary>
    public long LimitWithMoreRoom(long limit, long more) => LimitWithRoomFor(RoomBelow(limit) + more);

    /// <summary>How many numbers below a limit are free.</summary>
    public long RoomBelow(long limit) => Math.Max(0, limit - Numbers.Count(number => number < limit));

    /// <summary>
    /// The highest RLIMIT_NOFILE under which so many more can be opened and no more: the kernel gives the lowest free number, and none from the limit on
    /// (fs/file.c alloc_fd). The more open descriptors lie below it, the more of them make room when they are closed.
    /// </summary>
    public long LimitWithRoomFor(long spare)
    {
        var limit = 0L;
        foreach (var number in Numbers)
        {
            var free = number - limit;
            if (free > spare)
            {
                break;
            }

            spare -= free;
            limit = number + 1L;
        }

        return limit + spare;
    }
}
