using System.Collections.Immutable;
using System.Globalization;
using System.Diagnostics;
using LoadLab.Judging;
using LoadLab.Lab;
using LoadLab.Model;
using LoadLab.Probe;

namespace LoadLab.Cli;

/// <summary>What one call costs in a bench of calls.</summary>
/// <param name="Name">The call.</param>
/// <param name="NsPerCall">Median of the rounds, in nanoseconds.</param>
/// <param name="Ratio">To write() or read(), whichever it is in place of: the median of the rounds' ratios.</param>
internal sealed record BenchCall(string Name, double NsPerCall, double Ratio);

/// <summary>
/// The bench of system calls: what send and recv, sendmsg and recvmsg, writev and readv cost against write and read, on one connection in a namespace
/// of its own.
/// </summary>
internal sealed class SyscallBench(int rounds, Action<string> progress)
{
    /// <summary>Its name.</summary>
    public const string Name = "syscalls";

    /// <summary>A sentence for the help.</summary>
    public const string About = "two bytes written and read by write/read, send/recv, sendmsg/recvmsg and writev/readv: nanoseconds a call";

    private const int Batches = 100;

    /// <summary>Runs it.</summary>
    /// <exception cref="CliException">No sandbox was to be had, or a call failed.</exception>
    public async Task<BenchResult> RunAsync(CancellationToken stopping)
    {
        var sandbox = BenchRun.Sandbox();
        var start = sandbox.Start(LoadLabBinary.CommandLine("role", Name, rounds.ToString(CultureInfo.InvariantCulture),
            Batches.ToString(CultureInfo.InvariantCulture)), writable: null);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.UseShellExecute = false;
        using var process = Process.Start(start)!;
        await using var killing = stopping.Register(process.Kill);
        var complaints = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var figures = new List<double[]>();
        while (await process.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line)
        {
            figures.Add([.. line.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))]);
            progress($"round {figures.Count} of {rounds}: {string.Join(", ", SyscallCosts.Calls.Zip(figures[^1], (call, ns) => $"{call} {ns:0} ns"))}");
        }

        return figures.Count == rounds ? Result(figures) : throw CliException.CannotSee($"the calls could not be measured: {(await complaints).Trim()}");
    }

    private static BenchResult Result(List<double[]> figures)
    {
        var rounds = figures.Select(round => new BenchRound(Both(round, "send", "recv"), Both(round, "write", "read"))).ToImmutableArray();
        var (ours, reference) = (Bootstrap.Median(rounds.Select(round => round.Ours)), Bootstrap.Median(rounds.Select(round => round.Reference)));
        return new BenchResult(Name, "ns/call", ours, reference, "write and read on the same connection; ours are send and recv",
            Math.Round(ours / reference, 3), rounds, 1, HostInspection.Kernel.Release)
        {
            Calls = [.. SyscallCosts.Calls.Select((call, at) =>
                new BenchCall(call, Math.Round(Bootstrap.Median(figures.Select(round => round[at])), 1),
                    Math.Round(Bootstrap.Median(figures.Select(round => round[at] / round[at % 2])), 3)))],
        };
    }

    private static double Both(double[] round, string writes, string reads) =>
        Math.Round((round[SyscallCosts.Calls.IndexOf(writes)] + round[SyscallCosts.Calls.IndexOf(reads)]) / 2, 1);
}
