using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using LoadLab.Judging;
using LoadLab.Lab;
using LoadLab.Model;
using LoadLab.Planning;
using LoadLab.Runs;
using LoadLab.Scenarios;

namespace LoadLab.Cli;

/// <summary>Runs a bench: ours and the reference in turn, each in a sandbox of its own, several rounds.</summary>
/// <remarks>Ours is a whole run, as <c>loadlab run</c> does it: packet tap, sampler, observations, results folder and evidence are all on.</remarks>
internal sealed class BenchRun(BenchCase bench, int rounds, Action<string> progress)
{
    private const int ClientThreads = 2;
    private const int AcceptThreads = 1;
    private static readonly Nanoseconds Lasts = Nanoseconds.FromSeconds(3);
    private static readonly string CProgram =
        $"a C program: blocking sockets, {ClientThreads} client threads, {AcceptThreads} accept thread, in a namespace of its own; ours after 5 s of warm-up";

    private long lost;

    public async Task<BenchResult> RunAsync(CancellationToken stopping)
    {
        var directory = Directory.CreateTempSubdirectory("loadlab-bench-");
        try
        {
            var program = bench.Reference.IsEmpty ? Compile(directory.FullName) : null;
            var done = ImmutableArray.CreateBuilder<BenchRound>();
            for (var round = 1; round <= rounds; round++)
            {
                var theirs = program is null ? await OursAsync(directory.FullName, isOurs: false, stopping) : await ReferenceAsync(program, stopping);
                var ours = await OursAsync(directory.FullName, isOurs: true, stopping);
                done.Add(new BenchRound(Math.Round(ours, 1), theirs));
                progress($"round {round} of {rounds}: ours {ours:0}, reference {theirs:0} {bench.Unit}");
            }

            var (median, theirMedian) = (Bootstrap.Median(done.Select(r => r.Ours)), Bootstrap.Median(done.Select(r => r.Reference)));
            return new BenchResult(
                bench.Name,
                bench.Unit,
                median,
                theirMedian,
                bench.ReferenceIs ?? CProgram,
                Math.Round(median / theirMedian, 3),
                done.ToImmutable(),
                ClientThreads,
                HostInspection.Kernel.Release)
            {
                Lost = bench.Reference.IsEmpty ? null : lost,
            };
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    /// <summary>A bench's scenario as it would run now, and the sandbox for it.</summary>
    /// <exception cref="CliException">It cannot run here.</exception>
    internal static (Plan Plan, NamespaceSandbox Sandbox) Planned(string bench, string scenario, ImmutableArray<(string Name, string Value)> settings)
    {
        var sandbox = Sandbox();
        var declared = Preparation.Value(ScenarioFile.Parse($"bench/{scenario}.yaml", $"bench/{scenario}", Resource($"{scenario}.yaml"), settings));
        var facts = HostInspection.Facts(sandbox, Planner.SysctlsAsked(declared), Planner.SysctlsToRead(declared), TimeProvider.System);
        return (Preparation.Value(Planner.Plan(declared, facts, $"loadlab bench {bench}")), sandbox);
    }

    /// <summary>What a witness said at a phase's end.</summary>
    /// <exception cref="CliException">It said nothing.</exception>
    internal static decimal Ask(RunSession session, WitnessRef witness, string phase) =>
        session.Ask(witness.At(phase)) ?? throw CliException.CannotSee($"{witness} was not seen at the end of phase '{phase}'");

    private static string Compile(string directory)
    {
        var source = Path.Combine(directory, "reference.c");
        var program = Path.Combine(directory, "reference");
        File.WriteAllText(source, Resource("reference.c"));
        try
        {
            using var compiler = Process.Start(new ProcessStartInfo("cc", ["-O2", "-o", program, source, "-lpthread"]) { RedirectStandardError = true,
                UseShellExecute = false })!;
            var complaints = compiler.StandardError.ReadToEnd();
            compiler.WaitForExit();
            return compiler.ExitCode == 0 ? program : throw CliException.CannotSee($"the C program did not compile: {complaints}");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw CliException.CannotSee("bench compares with a C program and needs a C compiler as 'cc' (Debian, Ubuntu: apt install gcc libc6-dev)");
        }
    }

    private static string Resource(string name)
    {
        using var stream = typeof(BenchRun).Assembly.GetManifestResourceStream($"LoadLab.Cli.Bench.{name}")
            ?? throw new InvalidOperationException($"{name} is not embedded");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private async Task<double> ReferenceAsync(string program, CancellationToken stopping)
    {
        var sandbox = Sandbox();
        var start = sandbox.Start([program, bench.Name, ClientThreads.ToString(), AcceptThreads.ToString(),
            Lasts.Seconds.ToString(CultureInfo.InvariantCulture)], writable: null);
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.UseShellExecute = false;
        using var process = Process.Start(start)!;
        await using var killing = stopping.Register(process.Kill);
        var output = await process.StandardOutput.ReadToEndAsync(stopping);
        return double.TryParse(output.Trim(), CultureInfo.InvariantCulture, out var rate)
            ? rate
            : throw CliException.CannotSee($"the C program failed: {await process.StandardError.ReadToEndAsync(stopping)}");
    }

    private async Task<double> OursAsync(string directory, bool isOurs, CancellationToken stopping)
    {
        var (plan, sandbox) = Planned(bench.Name, bench.Scenario, isOurs ? bench.Ours : bench.Reference);
        using var session = new RunSession(plan, sandbox, directory, Console.Error);
        var run = await session.RunAsync(new NoProgress(), () => "interrupted", stopping);
        if (!run.Finished)
        {
            throw CliException.CannotSee($"our round did not finish: {run.Unfinished}");
        }

        if (isOurs)
        {
            lost += run.Primary.Lost.Values.Sum();
        }

        return bench.Lasting is { } lasting
            ? (double)(Ask(session, new(bench.Counted), "measured") / Ask(session, lasting, "measured"))
            : (double)(Ask(session, new(bench.Counted), "measured") - Ask(session, new(bench.Counted), "warm-up")) / Lasts.Seconds;
    }

    internal static NamespaceSandbox Sandbox()
    {
        var sandbox = new NamespaceSandbox();
        try
        {
            _ = sandbox.TryOut(new Dictionary<string, string>(), []);
        }
        catch (SandboxUnavailableException e)
        {
            throw CliException.CannotSee(e.Message);
        }

        return sandbox;
    }
}
