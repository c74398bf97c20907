using System.Collections.Immutable;
using System.Diagnostics;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>A network and a pid namespace of its own by unshare(1) of util-linux: with a user namespace for an ordinary user, plain for root.</summary>
/// <remarks>
/// The command is pid 1 of the pid namespace, so the kernel itself ends everything in it when that one ends. setsid(1) keeps the terminal's Ctrl-C away from
/// it: only the outer process decides.
/// Only sysctls of <c>net.</c> are written: the others are the whole machine's, whatever the namespace, and root could change them.
/// </remarks>
public sealed class NamespaceSandbox : ISandbox
{
    private static readonly ImmutableArray<ImmutableArray<string>> RootFlags =
    [
        ["--net", "--pid", "--mount-proc", "--fork", "--kill-child"],
        ["--user", "--map-root-user", "--net", "--pid", "--mount-proc", "--fork", "--kill-child"],
        ["--user", "--map-root-user", "--net", "--pid", "--fork", "--kill-child"],
    ];

    private const string WhichUnshare = "'command -v unshare' tells which one this is, and it should be the one of util-linux";
    private const string NotConfined = "no namespace confines it: it is the whole machine's, which LoadLab never changes";

    // It takes milliseconds; a machine with a hundred processes for each of its processors takes a second.
    private static readonly TimeSpan MadeWithin = TimeSpan.FromSeconds(10);

    // setpriv(1) of util-linux before 2.33 and that of busybox cannot do it: then a sandbox whose conductor is stopped outlives a LoadLab that is killed.
    private static readonly Lazy<ImmutableArray<string>> DiesWithItsParent = new(() => Works(["setpriv", "--pdeathsig", "KILL", "--"]));

    private ImmutableArray<string> flags;

    /// <inheritdoc/>
    public SandboxKind Kind => SandboxKind.Namespace;

    /// <inheritdoc/>
    public string Command => flags.IsDefault ? "unshare" : $"unshare {string.Join(' ', flags)}";

    /// <inheritdoc/>
    public SandboxFacts TryOut(IReadOnlyDictionary<string, string> asked, IEnumerable<string> ofInterest)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(ofInterest);
        var command = SysctlTrial.Command(Kind, OwnNamespaces.Current, asked.Where(pair => SysctlWriter.IsConfined(pair.Key)), ofInterest.Except(asked.Keys));
        var complaints = new List<string>();
        foreach (var candidate in Privileges.IsRoot ? RootFlags : RootFlags[1..])
        {
            var (exit, output, error) = Run(candidate, command);
            if (exit == 0)
            {
                flags = candidate;
                return SysctlTrial.Read(output, asked.Keys.Where(name => !SysctlWriter.IsConfined(name)).ToDictionary(name => name, _ => NotConfined));
            }

            if (exit == SysctlTrial.NotIsolated)
            {
                throw new SandboxUnavailableException($"no namespace sandbox can be made: {error.Trim()}; {WhichUnshare}");
            }

            complaints.Add(error.Trim());
        }

        throw new SandboxUnavailableException(SandboxObstacles.Explain(complaints));
    }

    /// <inheritdoc/>
    public ProcessStartInfo Start(IReadOnlyList<string> command, string? writable)
    {
        ArgumentNullException.ThrowIfNull(command);
        return new ProcessStartInfo(
            "setsid", [.. DiesWithItsParent.Value, "unshare", .. flags, "--", .. OwnConnectionTable.Command(OwnNamespaces.Current, command)]);
    }

    private static ImmutableArray<string> Works(ImmutableArray<string> prefix)
    {
        try
        {
            return ThrowAwayProcess.Run(new ProcessStartInfo(prefix[0], [.. prefix[1..], prefix[0], "--version"]), MadeWithin).Exit == 0 ? prefix : [];
        }
        catch (SandboxUnavailableException)
        {
            return [];
        }
    }

    private static (int Exit, string Output, string Error) Run(ImmutableArray<string> flags, ImmutableArray<string> command) =>
        ThrowAwayProcess.Run(new ProcessStartInfo("unshare", [.. flags, "--", .. OwnConnectionTable.Command(OwnNamespaces.Current, command)]), MadeWithin);
}

/// <content>The sandbox above.</content>
public static partial class SandboxCatalog
{
    internal static SandboxKind Namespace { get; } = Add(SandboxKind.Namespace, _ => new NamespaceSandbox());
}
