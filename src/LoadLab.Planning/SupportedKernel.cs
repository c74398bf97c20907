using LoadLab.Model;

namespace LoadLab.Planning;

/// <summary>The oldest kernel whose rules LoadLab knows.</summary>
/// <remarks>
/// Before 5.4 somaxconn is 128, before 5.10 TCPTimeouts counts only the first time-out of a connection, and TCP_USER_TIMEOUT is ignored in SYN-SENT on 4.19
/// (net/ipv4/tcp_timer.c): predictions
/// would be wrong there.
/// </remarks>
public static class SupportedKernel
{
    /// <summary>Linux 5.4.</summary>
    public static KernelVersion Oldest { get; } = KernelVersion.Parse("5.4.0");

    /// <summary>Why nothing is planned on this kernel, as a sentence; null when it is new enough.</summary>
    public static string? WhyNot(KernelVersion kernel) => kernel.IsAtLeast(Oldest.Major, Oldest.Minor)
        ? null
        : $"this kernel is {kernel}, and LoadLab's rules hold from Linux {Oldest.Major}.{Oldest.Minor} on; run it on a newer kernel, or in one of the run's "
        + $"own with --sandbox kernel";
}
