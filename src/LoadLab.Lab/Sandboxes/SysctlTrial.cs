using System.Collections.Immutable;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>A shell command for the inside of a throw-away sandbox, which writes sysctls there and reads them back; and what it printed.</summary>
/// <remarks>A shell, since it is there some milliseconds after the sandbox is.</remarks>
internal static class SysctlTrial
{
    /// <summary>The status with which it ends where it is not proven to be in a sandbox of its own; its standard error says why.</summary>
    public const int NotIsolated = 8;

    /// <summary>A shell's test that <c>$net</c> is another network namespace than <c>$2</c>, the starter's.</summary>
    internal const string HasOtherNet = """[ -n "$2" ] && [ -n "$net" ] && [ "$2" != "$net" ]""";

    /// <summary>A shell's test that <c>$pid</c> is another pid namespace than <c>$3</c>, the starter's, and that the shell is its first process.</summary>
    internal const string HasOtherPid = """[ -n "$3" ] && [ -n "$pid" ] && [ "$3" != "$pid" ] && [ $$ = 1 ]""";

    /// <summary>A shell's test that the network namespace is new: no interface of it is up.</summary>
    /// <remarks>Each line of if_inet6 begins with an address in hexadecimal digits, and none of fib_trie does.</remarks>
    internal const string IsNew = "! grep -qs -e '^[0-9a-f]' -e LOCAL /proc/net/if_inet6 /proc/net/fib_trie";

    // The values that are read back follow this line.
    private const string Live = "live";

    // What a sysctl is set to already is a value that the kernel takes: where that one can be written and the asked one cannot, the value is at fault and not
    // the place.
    // grep and not the shell's read: that one reads byte by byte, and the kernel gives a sysctl's value to a read at offset 0 only.
    private const string Script = $$"""
        say() { printf '%s\n' "$1" >&2; exit 8; }
        net=$(readlink /proc/self/ns/net) pid=$(readlink /proc/self/ns/pid)
        case $1 in
        kernel)
          boot=$(cat /proc/sys/kernel/random/boot_id)
          grep -q '^vendor_id.*User Mode Linux$' /proc/cpuinfo || say 'nothing was written, since this kernel is not one in user space'
          [ -n "$4" ] && [ -n "$boot" ] && [ "$4" != "$boot" ] ||
            say 'nothing was written, since this kernel is not proven to be another one than that in which LoadLab was started' ;;
        namespace)
          {{HasOtherNet}} ||
            say "nothing was written, since the network namespace is not proven to be another one than that in which LoadLab was started"
          {{HasOtherPid}} ||
            say "nothing was written, since the pid namespace is not proven to be another one than that in which LoadLab was started"
          {{IsNew}} || say 'nothing was written, since the network namespace is not new: an interface in it is up' ;;
        *) say "no sandbox '$1' is made by a run" ;;
        esac
        shift 4
        cd /proc/sys || exit 9
        for a; do
          case $a in
          *=*) f=${a%%=*}
               if [ ! -e "$f" ]; then echo "absent $f"; continue; fi
               grep -sH '' "$f" | sed 's/^/was /'
               if ! (printf %s "${a#*=}" > "$f") 2>/dev/null; then
                 v=$(cat "$f")
                 if (printf %s "$v" > "$f") 2>/dev/null; then echo "outside $f"; else echo "refused $f"; fi
               fi ;;
          esac
        done
        for a; do shift; set -- "$@" "${a%%=*}"; done
        echo {{Live}}
        grep -sH '' "$@"
        exit 0
        """;

    /// <summary>
    /// The command. It writes nothing, complains and ends with a status other than 0 where it is not proven to be in a sandbox that the run made, as
    /// <see cref="SandboxProof"/> proves it.
    /// </summary>
    /// <param name="sandbox">The sandbox that it is for.</param>
    /// <param name="starter">Where LoadLab was started.</param>
    /// <param name="written">Names and values that are written and read back.</param>
    /// <param name="read">Names that are read only.</param>
    public static ImmutableArray<string> Command(
        SandboxKind sandbox, NamespaceIdentity starter, IEnumerable<KeyValuePair<string, string>> written, IEnumerable<string> read) =>
        ["sh", "-c", Script, "sh", EnumWords<SandboxKind>.Of(sandbox), starter.Net, starter.Pid, starter.Boot,
            .. written.Select(pair => $"{FileOf(pair.Key)}={pair.Value}"), .. read.Select(FileOf)];

    /// <summary>What it printed, together with what was not asked of it and why.</summary>
    public static SandboxFacts Read(string output, IReadOnlyDictionary<string, string> notAsked)
    {
        var live = ImmutableSortedDictionary.CreateBuilder<string, string>();
        var untouched = ImmutableSortedDictionary.CreateBuilder<string, string>();
        var outside = ImmutableSortedSet.CreateBuilder<string>();
        var refused = notAsked.ToImmutableSortedDictionary().ToBuilder();
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var begin = Array.FindLastIndex(lines, line => line.TrimEnd() == Live);
        foreach (var line in begin < 0 ? [] : lines[(begin + 1)..])
        {
            if (line.Split(':', 2) is [var file, var value])
            {
                live[NameOf(file)] = Sysctl.Parse(value);
            }
        }

        foreach (var line in begin < 0 ? lines : lines[..begin])
        {
            var words = line.Split(' ', 2);
            switch (words[0])
            {
                case "was" when words[1].Split(':', 2) is [var file, var value]:
                    untouched[NameOf(file)] = Sysctl.Parse(value);
                    break;
                case "absent":
                    refused[NameOf(words[1])] = "this kernel does not have it in a sandbox of this kind";
                    break;
                case "outside":
                    outside.Add(NameOf(words[1]));
                    break;
                case "refused":
                    refused[NameOf(words[1])] = "the sandbox may not write it";
                    break;
                default:
                    break;
            }
        }

        return new SandboxFacts(live.ToImmutable(), untouched.ToImmutable(), refused.ToImmutable(), outside.ToImmutable());
    }

    /// <summary>Those that exist where this process is, as they are.</summary>
    public static ImmutableSortedDictionary<string, string> Here(IEnumerable<string> names) => names.Distinct()
        .Select(name => (Name: name, Value: Sysctl.Read(name)))
        .Where(pair => pair.Value is not null)
        .ToImmutableSortedDictionary(pair => pair.Name, pair => pair.Value!);

    private static string FileOf(string name) => name.Replace('.', '/');

    private static string NameOf(string file) => file.Replace('/', '.');
}
