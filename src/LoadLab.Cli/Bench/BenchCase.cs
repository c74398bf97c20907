namespace LoadLab.Cli;

/// <summary>One bench: our scenario, and what of it is counted against the same mode of the C program.</summary>
/// <param name="Name">Its name; also the scenario's resource and the C program's mode.</param>
/// <param name="Unit">What is counted, a second.</param>
/// <param name="Counted">The witness that counts ours.</param>
/// <param name="About">A sentence for the help.</param>
internal sealed record BenchCase(string Name, string Unit, string Counted, string About)
{
    /// <summary>Each bench there is.</summary>
    public static IReadOnlyList<BenchCase> All { get; } =
    [
        new("churn", "connections/s", "clients.established", "connections opened, accepted and reset, with all recording on"),
        new("failures", "failures/s", "clients.failed", "connects that fail with EADDRNOTAVAIL once a range of 1,000 ports is full"),
    ];
}
