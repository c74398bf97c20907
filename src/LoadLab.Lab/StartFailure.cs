using System.ComponentModel;

namespace LoadLab.Lab;

/// <summary>Why a process could not be started, with what to do about it.</summary>
internal static class StartFailure
{
    private const int NoSuchFile = 2;
    private const int TryAgain = 11;
    private const int TooManyFilesOfAll = 23;
    private const int TooManyFiles = 24;

    /// <summary>In one sentence.</summary>
    /// <param name="failure">What .NET threw; its number is the errno of fork(2), pipe(2) or execve(2).</param>
    /// <param name="command">What was to be started.</param>
    public static string Explain(Win32Exception failure, string command) => failure.NativeErrorCode switch
    {
        NoSuchFile when command is "setsid" or "unshare" =>
            $"{command} is missing: install util-linux (Debian, Ubuntu: apt install util-linux; Fedora: dnf install util-linux; Alpine: apk add util-linux)",
        NoSuchFile => $"'{command}' did not start: it is not installed, or not on the PATH",
        TooManyFiles or TooManyFilesOfAll => $"'{command}' did not start: no more files can be opened; raise the limit of this process with 'ulimit -n 1024'",
        TryAgain => $"'{command}' did not start: this user may have no more processes; raise the limit with 'ulimit -u', or that of the container",
        _ => $"'{command}' did not start: {new Win32Exception(failure.NativeErrorCode).Message}",
    };
}
