using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>A network and a pid namespace of its own by unshare(1) of util-linux: with a user namespace for an ordinary user, plain for root.</summary>
/// <remarks>
/// The command is pid 1 of the pid namespace, so the kernel itself ends everything in it when that one ends. setsid(1) keeps the terminal's Ctrl-C away from it: only the outer process decides.
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

    private const string NotConfined = "no namespace confines it: it is the whole machine's, which LoadLab never changes";

    private ImmutableArray<string> flags;

    /// <inheritdoc/>
    public SandboxKind Kind => SandboxKind.Namespace;

    /// <inheritdoc/>
    public string Command => flags.IsDefault ? "unshare" : $"unshare {string.Join(' ', flags)}";

    /// <inheritdoc/>
    public SandboxProbe Probe(IReadOnlyDictionary<string, string> asked, IEnumerable<string> ofInterest)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(ofInterest);
        var command = SysctlProbe.Command(asked.Where(pair => IsConfined(pair.Key)), ofInterest.Except(asked.Keys));
        var complaints = new List<string>();
        foreach (var candidate in Privileges.IsRoot ? RootFlags : RootFlags[1..])
        {
            var (exit, output, error) = Run(candidate, command);
            if (exit == 0)
            {
                flags = candidate;
                return SysctlProbe.Read(output, asked.Keys.Where(name => !IsConfined(name)).ToDictionary(name => name, _ => NotConfined));
            }

            complaints.Add(error.Trim());
        }

        throw new SandboxUnavailableException(SandboxObstacles.Explain(complaints));
    }

    /// <inheritdoc/>
    public ProcessStartInfo Start(IReadOnlyList<string> command, string? writable)
    {
        ArgumentNullException.ThrowIfNull(command);
        return new ProcessStartInfo("setsid", ["unshare", .. flags, "--", .. command]);
    }

    /// <summary>True for a sysctl that a network namespace has for itself: one of <c>net.</c>. Those of net that are global are read-only in it (net/sysctl_net.c ensure_safe_net_sysctl).</summary>
    internal static bool IsConfined(string name) => name.StartsWith("net.", StringComparison.Ordinal) && Sysctl.IsName(name);

    private static (int Exit, string Output, string Error) Run(ImmutableArray<string> flags, ImmutableArray<string> command)
    {
        var start = new ProcessStartInfo("unshare", [.. flags, "--", .. command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, error.GetAwaiter().GetResult());
        }
        catch (Win32Exception)
        {
            throw new SandboxUnavailableException("unshare is missing: install util-linux (Debian, Ubuntu: apt install util-linux; Fedora: dnf install util-linux; Alpine: apk add util-linux)");
        }
    }
}
