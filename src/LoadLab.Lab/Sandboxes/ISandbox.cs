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
    SandboxFacts TryOut(IReadOnlyDictionary<string, string> asked, IEnumerable<string> ofInterest);

    /// <summary>
    /// How a command is started in a new one. The sandbox ends with the command's process, whose exit status and standard streams the started process
    /// has.
    /// </summary>
    /// <param name="command">What is started in it.</param>
    /// <param name="writable">A folder of this machine that the command may write to, at the same path; null: none. Only a sandbox with a file system of
    /// its own needs to know.</param>
    ProcessStartInfo Start(IReadOnlyList<string> command, string? writable);
}
