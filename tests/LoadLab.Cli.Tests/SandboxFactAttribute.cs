using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace LoadLab.Cli.Tests;

/// <summary>What a test needs of the host, asked once; a test without it is skipped by name.</summary>
internal static class Host
{
    public static bool HasNamespaces { get; } = Succeeds("unshare", "--user", "--map-root-user", "--net", "--pid", "--fork", "true")
        || Succeeds("unshare", "--net", "--pid", "--fork", "true");

    public static bool CanBecomeNobody { get; } = Environment.IsPrivilegedProcess
        && Succeeds("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "test", "-r", Launcher.Path)
        && Succeeds("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "unshare", "--user", "--map-root-user", "--net", "true");

    public static bool HasTcpdump { get; } = Succeeds("tcpdump", "--version") && Succeeds("ip", "-V");

    /// <summary>True when a program is on the PATH, or where Debian keeps those of the administrator.</summary>
    public static bool Has(string program) =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin".Split(':').Any(folder => File.Exists(System.IO.Path.Combine(folder, program)));

    /// <summary>False where SIGINT is ignored, which programs inherit: below nohup, or a shell's <c>&amp;</c> (signal(7), POSIX 2.11 of the shell).</summary>
    public static bool HearsInterrupts { get; } = (
        Convert.ToUInt64(File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))[7..].Trim(), 16) & 2) == 0;

    /// <summary>Why a test of Ctrl-C is skipped.</summary>
    public const string Deaf = "SIGINT is ignored here, as below nohup or a shell's '&', and what is started inherits that";

    /// <summary>True where a network namespace has a packet filter that iptables can set.</summary>
    public static bool HasPacketFilter { get; } = Succeeds("unshare", "--user", "--map-root-user", "--net", "iptables", "-A", "INPUT", "-j", "ACCEPT");

    public static bool HasKernel { get; } = Succeeds("linux.uml", "--version");

    private static bool Succeeds(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true,
                UseShellExecute = false })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}

/// <summary>A fact that needs a namespace sandbox.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SandboxFactAttribute : FactAttribute
{
    public SandboxFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = Host.HasNamespaces ? null : "needs namespaces (unshare), which this host forbids";
}

/// <summary>A theory that needs a namespace sandbox.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SandboxTheoryAttribute : TheoryAttribute
{
    public SandboxTheoryAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = Host.HasNamespaces ? null : "needs namespaces (unshare), which this host forbids";
}
