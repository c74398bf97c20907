namespace LoadLab.Kernel;

/// <summary>A process that holds a socket.</summary>
/// <param name="Pid">Its pid in this pid namespace.</param>
/// <param name="Name">Its name (comm), at most 15 bytes.</param>
public readonly record struct SocketOwner(int Pid, string Name);

/// <summary>Who holds a socket, by listing the descriptors of every process, as ss(8) does with -p.</summary>
/// <remarks>
/// Source: proc_pid_fd(5). The descriptors of another user's process may be listed by root only (ptrace access mode PTRACE_MODE_READ_FSCREDS).
/// </remarks>
/// <param name="ByInode">The holders of each of the sockets asked for; one that has none is not in it.</param>
/// <param name="Hidden">Processes whose descriptors this user may not list.</param>
public sealed record SocketOwners(ILookup<long, SocketOwner> ByInode, int Hidden)
{
    /// <summary>Looks for the holders of some sockets.</summary>
    public static SocketOwners Of(IReadOnlySet<long> inodes)
    {
        var hidden = 0;
        var found = new List<(long Inode, SocketOwner Owner)>();
        foreach (var pid in ProcessTable.Programs())
        {
            if (ProcessDescriptors.Read(pid) is { } descriptors)
            {
                found.AddRange(descriptors.SocketInodes.Where(inodes.Contains).Distinct().Select(
                    inode => (inode, new SocketOwner(pid, ProcessTable.NameOf(pid) ?? ""))));
            }
            else if (ProcessTable.NameOf(pid) is not null)
            {
                hidden++;
            }
        }

        return new SocketOwners(found.ToLookup(one => one.Inode, one => one.Owner), hidden);
    }
}
