using System.Collections.Immutable;
using LoadLab.Kernel;

namespace LoadLab.Lab;

/// <summary>A shell command for the inside of a throw-away sandbox, which writes sysctls there and reads them back; and what it printed.</summary>
/// <remarks>A shell, since it is there some milliseconds after the sandbox is.</remarks>
internal static class SysctlProbe
{
    // grep and not the shell's read: that one reads byte by byte, and the kernel gives a sysctl's value to a read at offset 0 only.
    private const string Script = """
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

    /// <summary>The command.</summary>
    /// <param name="written">Names and values that are written and read back.</param>
    /// <param name="read">Names that are read only.</param>
    public static ImmutableArray<string> Command(IEnumerable<KeyValuePair<string, string>> written, IEnumerable<string> read) =>
        ["sh", "-c", Script, "sh", .. written.Select(pair => $"{FileOf(pair.Key)}={pair.Value}"), .. read.Select(FileOf)];

    /// <summary>What it printed, together with what was not asked of it and why.</summary>
    public static SandboxProbe Read(string output, IReadOnlyDictionary<string, string> notAsked)
    {
        var live = ImmutableSortedDictionary.CreateBuilder<string, string>();
        var untouched = ImmutableSortedDictionary.CreateBuilder<string, string>();
        var refused = notAsked.ToImmutableSortedDictionary().ToBuilder();
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
                    refused[NameOf(words[1])] = "this kernel does not have it in a sandbox of this kind";
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

    /// <summary>Those that exist where this process is, as they are.</summary>
    public static ImmutableSortedDictionary<string, string> Here(IEnumerable<string> names) => names.Distinct()
        .Select(name => (Name: name, Value: Sysctl.Read(name)))
        .Where(pair => pair.Value is not null)
        .ToImmutableSortedDictionary(pair => pair.Name, pair => pair.Value!);

    private static string FileOf(string name) => name.Replace('.', '/');

    private static string NameOf(string file) => file.Replace('/', '.');
}
