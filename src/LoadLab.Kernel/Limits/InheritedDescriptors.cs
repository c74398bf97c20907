using LoadLab.Kernel.Abi;

namespace LoadLab.Kernel;

/// <summary>Descriptors that whoever started this process has left open in it.</summary>
public static unsafe class InheritedDescriptors
{
    private const int FirstOfNoMeaning = 3;

    /// <summary>Marks all but the three standard ones close-on-exec, so that children begin with a table of their own.</summary>
    /// <remarks>What .NET opens is marked so anyway. Kernel: fs/ioctl.c do_vfs_ioctl (FIOCLEX).</remarks>
    public static void KeepFromChildren()
    {
        foreach (var number in ProcessDescriptors.Read(Environment.ProcessId)?.Numbers ?? [])
        {
            if (number >= FirstOfNoMeaning)
            {
                _ = Libc.ioctl(number, Constants.FIOCLEX, null);
            }
        }
    }
}
