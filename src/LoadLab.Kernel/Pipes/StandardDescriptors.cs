using LoadLab.Kernel.Abi;
using Microsoft.Win32.SafeHandles;

namespace LoadLab.Kernel;

/// <summary>The descriptors 0, 1 and 2.</summary>
public static class StandardDescriptors
{
    private const int Last = 2;
    private static readonly List<SafeFileHandle> Opened = [];

    /// <summary>
    /// Opens /dev/null for each that whoever started this process has closed: else the next file, socket or pipe gets its number, and what is meant
    /// for people is written into it.
    /// </summary>
    /// <remarks>
    /// Children inherit them as any other standard descriptor. Where there is no /dev/null nothing is opened. Kernel: fs/file.c alloc_fd gives the
    /// lowest free number.
    /// </remarks>
    public static void OpenMissing()
    {
        for (var fd = 0; fd <= Last; fd++)
        {
            if (Libc.fcntl(fd, Constants.F_GETFD, 0) >= 0)
            {
                continue;
            }

            try
            {
                var nowhere = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
                Opened.Add(nowhere);
                _ = Libc.fcntl((int)nowhere.DangerousGetHandle(), Constants.F_SETFD, 0);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return;
            }
        }
    }
}
