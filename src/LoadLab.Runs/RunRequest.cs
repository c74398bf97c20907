namespace LoadLab.Runs;

/// <summary>What to run: a scenario's name or file, with overrides.</summary>
/// <param name="Name">Name or path.</param>
/// <param name="Settings">Each <c>--set</c> as written.</param>
/// <param name="Sandbox">The <c>--sandbox</c> option; null: the scenario's own.</param>
/// <param name="Subject">The <c>--subject</c> option: the command of a server under test; null: the server that the scenario names.</param>
/// <param name="Target">The <c>--target</c> option: where it listens.</param>
public sealed record RunRequest(string Name, IReadOnlyList<string> Settings, string? Sandbox, string? Subject, string? Target)
{
    /// <summary>The <c>--variant</c> option: the only variant that is run; null: all.</summary>
    public string? Variant { get; init; }

    /// <summary>The <c>--kernel</c> option: the User-Mode Linux that is booted for the run; null: the scenario's.</summary>
    public string? Kernel { get; init; }
}
