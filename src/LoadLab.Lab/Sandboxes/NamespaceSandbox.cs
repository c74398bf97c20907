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
    // grep and not the shell's read: that one reads byte by byte, and the kernel gives a sysctl's value to a read at offset 0 only.
    private const string ProbeScript = """
        cd /proc/sys || exit 9
        for a; do
          case $a in
          *=*) f=${a%%=*}
               if [ ! -e "$f" ]; then echo "absent $f"; continue; fi
               grep -sH '' "$f" | sed 's/^/was /'
               if ! (printf %s "${a#*=}" > "$f") 2>/dev/null; then echo "refused $f"
               fi ;;
          esac
        done
        for a; do shift; set -- "$@" "${a%%=*}"; done
        grep -sH '' "$@" | sed 's/^/live /'
        exit 0
        """;

    private static readonly ImmutableArray<ImmutableArray<string>> RootFlags =
    [
        ["--net", "--pid", "--mount-proc", "--fork", "--kill-child"],
        ["--user", "--map-root-user", "--net", "--pid", "--mount-proc", "--fork", "--kill-child"],
        ["--user", "--map-root-user", "--net", "--pid", "--fork", "--kill-child"],
    ];

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
        var confined = asked.Where(pair => IsConfined(pair.Key)).ToList();
        var arguments = confined.Select(pair => $"{FileOf(pair.Key)}={pair.Value}").Concat(ofInterest.Except(asked.Keys).Select(FileOf)).ToList();
        var complaints = new List<string>();
        foreach (var candidate in Privileges.IsRoot ? RootFlags : RootFlags[1..])
        {
            var (exit, output, error) = Run(candidate, arguments);
            if (exit == 0)
            {
                flags = candidate;
                return Read(output, asked);
            }

            complaints.Add(error.Trim());
        }

        throw new SandboxUnavailableException(SandboxObstacles.Explain(complaints));
    }

    /// <inheritdoc/>
    public ProcessStartInfo Start(IReadOnlyList<string> command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return new ProcessStartInfo("setsid", ["unshare", .. flags, "--", .. command]);
    }

    /// <summary>True for a sysctl that a network namespace has for itself: one of <c>net.</c>. Those of net that are global are read-only in it (net/sysctl_net.c ensure_safe_net_sysctl).</summary>
    internal static bool IsConfined(string name) => name.StartsWith("net.", StringComparison.Ordinal) && Sysctl.IsName(name);

    private static string FileOf(string name) => name.Replace('.', '/');

    private static string NameOf(string file) => file.Replace('/', '.');

    private static SandboxProbe Read(string output, IReadOnlyDictionary<string, string> asked)
    {
        var live = ImmutableSortedDictionary.CreateBuilder<string, string>();
        var untouched = ImmutableSortedDictionary.CreateBuilder<string, string>();
        var refused = ImmutableSortedDictionary.CreateBuilder<string, string>();
        foreach (var name in asked.Keys.Where(name => !IsConfined(name)))
        {
            refused[name] = "no namespace confines it: it is the whole machine's, which LoadLab never changes";
        }

        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split(' ', 2);
            switch (words[0])
            {
                case "live" when words[1].Split(':', 2) is [var file, var value]:
                    live[NameOf(file)] = Sysctl.Parse(value);
                    break;
                case "was" when words[1].Split(':', 2) is [var file, var value]:
                    untouched[NameOf(file)] = Sysctl.Parse(value);
                    break;
                case "absent":
                    refused[NameOf(words[1])] = "this kernel does not have it in a namespace of this kind";
                    break;
                case "refused":
                    refused[NameOf(words[1])] = "the kernel refused the value, or the sandbox may not write it";
                    break;
                default:
                    break;
            }
        }

        return new SandboxProbe(live.ToImmutable(), untouched.ToImmutable(), refused.ToImmutable());
    }

    private static (int Exit, string Output, string Error) Run(ImmutableArray<string> flags, List<string> arguments)
    {
        var start = new ProcessStartInfo("unshare", [.. flags, "--", "sh", "-c", ProbeScript, "sh", .. arguments])
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
