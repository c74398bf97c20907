using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using LoadLab.Model;

namespace LoadLab.Cli.Tests;

/// <summary>The situations of <see cref="LiveTable"/>: runs of the scenarios beside this file, and inspections of a namespace in which much is wrong, or nearly
/// so. Each is made once for all rows.</summary>
/// <remarks>Made at the first question, while others are: they wait most of their time, and what is asked of them is what was counted, not when.</remarks>
internal static class LiveSituations
{
    private static readonly string[] Inspected = ["machine", "port", "process", "other"];
    private static readonly ConcurrentDictionary<string, Lazy<Dictionary<string, string[]>>> Made = [];
    private static readonly ConcurrentDictionary<string, RunDocument> Runs = [];

    /// <summary>The scenarios of the folder, and the inspections.</summary>
    public static IReadOnlySet<string> Names { get; } =
        Directory.EnumerateFiles(Path.Combine(Launcher.Root, Folder, "runs"), "*.yaml").Select(file => Path.GetFileNameWithoutExtension(file))
            .Concat(from kind in (string[])["wrong", "near"] from what in Inspected select $"{kind} {what}").ToHashSet();

    private static string Folder => Path.Combine("tests", "LoadLab.Cli.Tests", "Diagnoses");

    /// <summary>Why a situation cannot be made here; null where it can.</summary>
    public static string? Missing(string name) =>
        name.StartsWith("kernel-", StringComparison.Ordinal) && !Host.HasKernel ? "needs User-Mode Linux (apt install user-mode-linux)"
        : name.StartsWith("filtered", StringComparison.Ordinal) && !Host.HasPacketFilter ? "needs iptables in a network namespace"
        : null;

    /// <summary>The rows that a situation shows.</summary>
    public static string[] DiagnosesOf(string name) =>
        Made.GetOrAdd(Unit(name), unit => new Lazy<Dictionary<string, string[]>>(() => Make(unit))).Value[name];

    /// <summary>The run of a situation that is one.</summary>
    public static RunDocument RunOf(string name)
    {
        _ = DiagnosesOf(name);
        return Runs[name];
    }

    /// <summary>The rows that it shows when it is made once more.</summary>
    public static string[] Again(string name) => Make(Unit(name))[name];

    // Four inspections are made by one script.
    private static string Unit(string name) => name.Split(' ')[0];

    private static Dictionary<string, string[]> Make(string unit) => unit is "wrong" or "near"
        ? Inspected.Zip(Inspect(unit)).ToDictionary(pair => $"{unit} {pair.First}", pair => pair.Second)
        : new Dictionary<string, string[]> { [unit] = Run(unit) };

    private static string[] Run(string name)
    {
        using var folder = new TemporaryFolder();
        var called = Launcher.Run("run", Path.Combine(Folder, "runs", $"{name}.yaml"), "--out", folder.Path, "--json");
        Runs[name] = called.Output.Length == 0 ? throw new InvalidDataException($"{name}: {called}") : Launcher.Document(called);
        return [.. Runs[name].Variants.SelectMany(variant => variant.Diagnoses).Select(one => one.Id).Distinct()];
    }

    // A process of the outer user namespace, whose descriptors nobody inside may list: its table has room for as many as its limit allows, so that it could be
    // full.
    private static IEnumerable<string[]> Inspect(string kind)
    {
        using var other = Process.Start(new ProcessStartInfo("prlimit", ["--nofile=64:64", "sleep", "100"]) { UseShellExecute = false })!;
        string[] script = ["python3", Path.Combine(Launcher.Root, Folder, "machine.py"), kind, Launcher.Path, $"{other.Id}"];
        using var process = Process.Start(new ProcessStartInfo("unshare", ["--user", "--map-root-user", "--net", "timeout", "90", .. script])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var documents = process.StandardOutput.ReadToEnd().Split("==\n", StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        other.Kill();
        other.WaitForExit();
        Assert.True(documents.Length == Inspected.Length,
            $"{documents.Length} inspections: {string.Join("==\n", documents)}\n{error.GetAwaiter().GetResult()}");
        return documents.Select(document => JsonSerializer.Deserialize(document, ModelJson.Default.Inspection)!.Remarks.Select(remark => remark.Diagnosis!)
            .Distinct().ToArray());
    }
}
