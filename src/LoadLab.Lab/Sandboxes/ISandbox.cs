using System.Diagnostics;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>Where a run lives: makes it, and starts the conductor in it.</summary>
public interface ISandbox
{
    /// <summary>Which kind.</summary>
    SandboxKind Kind { get; }

    /// <summary>How it is made, for people; "" when nothing is made.</summary>
    string Command { get; }

    /// <summary>Asks a throw-away sandbox which of these sysctls it takes, and how it shows them and the others.</summary>
    /// <exception cref="SandboxUnavailableException">It cannot be made here.</exception>
    SandboxProbe Probe(IReadOnlyDictionary<string, string> asked, IEnumerable<string> ofInterest);

    /// <summary>How a command is started in a new one. The sandbox ends with the command's process.</summary>
    ProcessStartInfo Start(IReadOnlyList<string> command);
}
