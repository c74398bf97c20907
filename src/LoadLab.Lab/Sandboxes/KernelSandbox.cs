using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>A disposable kernel in user space: User-Mode Linux, an ordinary process of an ordinary user, with the host's files as its read-only root.</summary>
/// <remarks>
/// Everything in it is the run's own, so any sysctl may be set. It has one processor, and its clock starts at its boot. It ends with the command, and with
/// whoever holds the started
/// process's standard input. See <see cref="KernelScripts"/> for how the two sides speak.
/// </remarks>
/// <param name="program">The User-Mode Linux that is booted, by its path; null: the first of the PATH.</param>
public sealed class KernelSandbox(string? program) : ISandbox
{
    private const string Memory = "1024M";
    private const string TicksSetting = "CONFIG_HZ=";
    private static readonly TimeSpan BootAtMost = TimeSpan.FromSeconds(60);
    private static readonly ImmutableArray<string> Names = ["linux.uml", "linux"];
    private static readonly ImmutableArray<string> Kept = ["LANG", "LC_ALL", "LD_LIBRARY_PATH", "TERM"];
    private static readonly ImmutableArray<string> KeptPrefixes = ["DOTNET_", "LOADLAB_"];

    /// <summary>Why none can be booted, before it is tried: the program is not there. Null when it is.</summary>
    public string? WhyNot => program is not null ? WhyNoKernel(program) : OfPath is null ? SandboxObstacles.NoKernel : null;

    /// <inheritdoc/>
    public SandboxKind Kind => SandboxKind.Kernel;

    /// <inheritdoc/>
    public string Command => $"{program ?? Path.GetFileName(Binary)} mem={Memory} rootfstype=hostfs ro";

    /// <summary>Why a file that a person names is no kernel to boot; null when it may be one.</summary>
    public static string? WhyNoKernel(string program)
    {
        const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        var what = !File.Exists(program) ? $"there is no file {program}"
            : (File.GetUnixFileMode(program) & Execute) == UnixFileMode.None ? $"{program} is not executable"
            : null;
        return what is null ? null
            : $"{what}, which is set as the kernel to boot; name a User-Mode Linux, or leave it out to boot linux.uml of the PATH";
    }

    private string Binary => WhyNot is { } why ? throw new SandboxUnavailableException(why) : program is null ? OfPath! : Path.GetFullPath(program);

    private static string? OfPath => Names.SelectMany(name => Folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    private static string[] Folders => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);

    /// <inheritdoc/>
    public SandboxFacts TryOut(IReadOnlyDictionary<string, string> asked, IEnumerable<string> ofInterest)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(ofInterest);
        var sysctls = SysctlTrial.Command(Kind, OwnNamespaces.Current, asked, ofInterest.Except(asked.Keys));
        var start = Start(["sh", "-c", "uname -r; grep -c ^processor /proc/cpuinfo; ulimit -Hn; \"$@\"", "sh", .. sysctls], writable: null);

        // The end of its input ends the kernel, also one that hangs while it boots.
        var (exit, output, error) = ThrowAwayProcess.Run(start, BootAtMost, holdsInput: true);
        if (exit == SysctlTrial.NotIsolated)
        {
            throw new SandboxUnavailableException($"no kernel sandbox can be made: {error.Trim()}; 'command -v linux.uml' tells which one this is");
        }

        var lines = output.Split('\n', 4);
        if (exit != 0 || lines.Length < 4)
        {
            throw new SandboxUnavailableException(SandboxObstacles.ExplainKernel(exit, $"{error} {output}".Trim(), KernelLastWords.Ask(Binary, Memory)));
        }

        return SysctlTrial.Read(lines[3], ImmutableDictionary<string, string>.Empty) with
        {
            Kernel = new SandboxKernel(KernelVersion.Parse(lines[0]), int.Parse(lines[1], CultureInfo.InvariantCulture),
                long.Parse(lines[2], CultureInfo.InvariantCulture), TicksPerSecond()),
        };
    }

    /// <summary>HZ as the kernel was built: arch/um/kernel/config.c prints its configuration.</summary>
    private int? TicksPerSecond()
    {
        using var process = Process.Start(new ProcessStartInfo(Binary, ["--showconfig"]) { UseShellExecute = false, RedirectStandardInput = true,
            RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.StandardInput.Close();
        var error = StreamText.Begin(process.StandardError);
        var line = process.StandardOutput.ReadToEnd().Split('\n').FirstOrDefault(line => line.StartsWith(TicksSetting, StringComparison.Ordinal));
        process.WaitForExit();
        _ = error.TryEnd(TimeSpan.FromSeconds(1));
        return int.TryParse(line.AsSpan(line is null ? 0 : TicksSetting.Length), CultureInfo.InvariantCulture, out var ticks) ? ticks : null;
    }

    /// <inheritdoc/>
    public ProcessStartInfo Start(IReadOnlyList<string> command, string? writable)
    {
        ArgumentNullException.ThrowIfNull(command);
        return new ProcessStartInfo("setsid", ["sh", "-c", KernelScripts.Launcher, "sh", Binary, Memory, KernelScripts.Guest(command, GuestEnvironment()),
            writable is null ? "" : Path.GetFullPath(writable), WideRegisters.Preloaded]);
    }

    private static IEnumerable<KeyValuePair<string, string>> GuestEnvironment()
    {
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            var name = (string)variable.Key;
            if (Kept.Contains(name) || KeptPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
            {
                yield return new(name, (string)variable.Value!);
            }
        }

        yield return new("PATH", $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin");
        yield return new("HOME", KernelScripts.Temporary);
        yield return new("TMPDIR", KernelScripts.Temporary);

        // Its pipes would be files in /tmp, which is the host's and read-only.
        yield return new("DOTNET_EnableDiagnostics", "0");
    }
}

/// <content>The sandbox above.</content>
public static partial class SandboxCatalog
{
    internal static SandboxKind Kernel { get; } = Add(SandboxKind.Kernel, program => new KernelSandbox(program));
}
