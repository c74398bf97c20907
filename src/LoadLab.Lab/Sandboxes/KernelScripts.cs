namespace LoadLab.Lab;

/// <summary>
/// The two shell scripts of a kernel sandbox: the launcher, which runs outside and ends the kernel whatever happens, and the first process inside.
/// </summary>
/// <remarks>
/// The two sides are joined by three serial lines of User-Mode Linux (arch/um/drivers/ssl.c, chan_fd.c): ttyS0 is standard input and output, ttyS1 standard
/// error, ttyS2 the exit status.
/// What the kernel's process says for itself goes to standard error, too. A serial line is 8-bit-clean once it is raw, waits when the other side does not read,
/// and loses nothing; nothing may be written to it before it is raw.
/// The kernel's own messages go nowhere (con=null): they stay in its log.
/// </remarks>
internal static class KernelScripts
{
    /// <summary>What the launcher ends with when the kernel ended before its command did.</summary>
    public const int NoStatus = 125;

    /// <summary>The folder for temporary files inside.</summary>
    public const string Temporary = "/dev/shm";

    // The kernel makes itself the leader of a process group (arch/um/os-Linux/main.c), in which its helpers and the processes of its users are, so that one
    // kill reaches all of them.
    // Whoever started this script holds its standard input: when that ends, on purpose or since its holder died, so does the kernel, even in the midst of
    // booting.
    // At the end what is left of its own group is asked to end, and what was stopped is continued to hear it. A compiler that is killed leaves its files in the
    // state folder.
    // The exit status is read from the state folder, so who waits for the input's end leaves that folder to this script while it lives.
    // A line that gets more at once than its terminal's 4 KB buffer is throttled and then hears nothing any more (seen on 6.1.176), so the first line of input,
    // which is long, goes by a file; those after it are short.
    // Two thirds of Debian's boot were 512 terminals of a kind that nobody opens (drivers/tty/pty.c legacy_pty_init) and a contest of checksums for RAID 6
    // (lib/raid6/algos.c raid6_select_algo); the root is hostfs, so neither is missed. A kernel that does not know such a parameter passes it on.
    /// <summary>
    /// The launcher: <c>sh -c LAUNCHER sh KERNEL MEMORY GUEST WRITABLE PRELOADED</c>; the last is C source (<see cref="WideRegisters"/>), or "".
    /// </summary>
    public const string Launcher = """
        state=$(mktemp -d "${TMPDIR:-/tmp}/loadlab-kernel-XXXXXX") || exit 125
        printf %s "$3" > "$state/init"
        [ -z "$4" ] || ln -s "$4" "$state/writable"
        : > "$state/status"
        preloaded=${LD_PRELOAD-}
        if [ -n "$5" ]; then
          printf %s "$5" | TMPDIR="$state" cc -O1 -shared -fPIC -x c - -o "$state/preloaded.so" && preloaded="$state/preloaded.so"
        fi
        mkfifo "$state/in"
        exec 3<&0 </dev/null
        LD_PRELOAD="$preloaded" "$1" mem="$2" rootfstype=hostfs ro quiet pty.legacy_count=0 initcall_blacklist=raid6_select_algo \
          con=null ssl=null ssl0=fd:4,fd:6 ssl1=null,fd:2 ssl2=null,fd:5 \
          uml_dir="$state/" umid=kernel init=/bin/sh -- "$state/init" "$state" 4<"$state/in" 5>"$state/status" 6>&1 1>&2 3<&- &
        kernel=$!
        exec >&-
        {
          exec 2>&-
          trap : TERM
          { IFS= read -r order <&3 && printf '%s\n' "$order" >"$state/order" && echo && cat <&3; } >"$state/in"
          kill -KILL "-$kernel" "$kernel"
          kill -0 $$ || rm -rf "$state"
        } &
        wait "$kernel"
        status=$(cat "$state/status")
        kill -KILL "-$kernel" 2>&-
        rm -rf "$state"
        trap '' TERM
        kill -TERM 0
        kill -CONT 0
        exit "${status:-125}"
        """;

    // /dev is the one place that is a file system of the kernel's own from the start, so a folder for temporary files can be made there whatever is where on
    // the host; the root is
    // the host's and stays read-only. mount's options cannot hold every path, so the writable folder is named by a link in the state folder.
    // A program takes a tenth of a second to start there, so each is started once. (dash's own read takes a byte at a time, and of a sysctl only the first.)
    // Debian's kernel has IPv6 as a module; where it is built in, or nobody has insmod (package kmod), there is nothing to load, and whoever needs IPv6 says
    // so.
    /// <summary>The first process inside, before the command's own lines: <see cref="Guest"/>.</summary>
    private const string SetUp = """
        mount -t proc proc /proc
        mount -t sysfs sys /sys
        mkdir -p /dev/shm
        mount -t tmpfs tmpfs /dev/shm
        for line in 0 1 2; do stty -F /dev/ttyS$line raw -echo; done
        writable=
        [ ! -e "$1/writable" ] || { writable=$(readlink "$1/writable") && mount -t hostfs none "$writable" -o "$1/writable"; }
        release=$(uname -r)
        for module in lib/crc-ccitt net/ipv6/ipv6; do insmod "/usr/lib/uml/modules/$release/kernel/$module.ko"; done 2>/dev/null
        most=$(cat /proc/sys/fs/nr_open)
        ulimit -Hn "$most"
        ulimit -Sn "$most"
        """;

    private const string End = """
        [ -z "$writable" ] || umount "$writable"
        echo $status > /dev/ttyS2
        sync
        echo o > /proc/sysrq-trigger
        while :; do sleep 1; done
        """;

    // The command gets pipes: a .NET program that finds a terminal configures it and sends it escape sequences.
    /// <summary>The first process inside: sets the system up, runs the command, tells its exit status, and powers off.</summary>
    public static string Guest(IReadOnlyList<string> command, IEnumerable<KeyValuePair<string, string>> environment) => string.Join('\n', (string[])
    [
        SetUp,
        .. environment.Select(pair => $"export {pair.Key}={Quoted(pair.Value)}"),
        $"cd {Quoted(System.Environment.CurrentDirectory)}",
        $"mkfifo {Temporary}/in; {{ read -r _ && cat \"$1/order\"; cat; }} < /dev/ttyS0 > {Temporary}/in &",
        $"{{ {string.Join(' ', command.Select(Quoted))} < {Temporary}/in 2> {Temporary}/errors; echo $? > {Temporary}/status; }} | cat > /dev/ttyS0",
        $"cat {Temporary}/errors > /dev/ttyS1; read -r status < {Temporary}/status",
        End,
    ]);

    private static string Quoted(string word) => "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
