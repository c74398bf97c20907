using LoadLab.Kernel.Abi;

namespace LoadLab.Kernel;

/// <summary>RLIMIT_FSIZE, the limit of a file's size.</summary>
public static class FileSizeLimit
{
    private const nint Ignore = 1;

    /// <summary>
    /// A write beyond the limit fails with EFBIG from now on, as one to a full disk fails with ENOSPC, and does not end the process with SIGXFSZ.
    /// Children inherit it.
    /// </summary>
    /// <remarks>Kernel: mm/filemap.c generic_write_check_limits; signal(7).</remarks>
    public static void FailInsteadOfSignal() => _ = Libc.signal(Constants.SIGXFSZ, Ignore);
}
