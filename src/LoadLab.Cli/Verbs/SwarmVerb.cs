using System.CommandLine;
using LoadLab.Kernel;
using LoadLab.KernelModel.Rules;
using LoadLab.Lab;
using LoadLab.Model;
using LoadLab.Planning;
using LoadLab.Runs;
using LoadLab.Swarm;
using Microsoft.Extensions.Logging;

namespace LoadLab.Cli;

/// <summary><c>loadlab swarm --target HOST:PORT</c>: the clients on their own.</summary>
internal static class SwarmVerb
{
    public static Command Create()
    {
        var output = CommonOptions.StandaloneOut();
        var command = new Verb(
            "swarm",
            "Runs the clients alone, against a 'loadlab serve' that consents to be loaded",
            [
                "loadlab swarm --target 127.0.0.1:9000 --connections 100",
                "loadlab swarm --target 127.0.0.1:9000 --shape rate --rate 200/s --for 10s --out results/drive",
            ]) { output };
        var options = SwarmConfiguration.Options.Select(row =>
            (row.Key, Option: new Option<string?>(row.Option) { Description = row.Doc, HelpName = row.StandsFor })).ToList();
        options.ForEach(pair => command.Options.Add(pair.Option));

        // As 'serve' takes it: --Swarm:Rate 200/s.
        var rest = new Argument<string[]>("configuration") { Description = "Any --Swarm:Key VALUE, as hosted .NET programs take it",
            Arity = ArgumentArity.ZeroOrMore };
        command.Arguments.Add(rest);
        command.SetAction((result, _) => RunAsync(
            SwarmConfiguration.Read(result.GetValue(rest) ?? [], options.Where(pair => result.GetValue(pair.Option) is not null)
                .ToDictionary(pair => pair.Key, pair => result.GetValue(pair.Option)!)),
            result.GetValue(output)));
        return command;
    }

    private static async Task<int> RunAsync(SwarmConfiguration configured, string? output)
    {
        var (spec, declaredHold) = configured.Declared();
        var (targetText, start) = (configured.Target, configured.Start);
        var ports = EphemeralPorts.Of(Sysctl.Read("net.ipv4.ip_local_port_range"), reserved: null).Range;
        var range = (ports.First, ports.Last);
        var nofile = ResourceLimits.Nofile(0) ?? new SoftAndHard(1024, 1024);
        var obstacles = SwarmPreflight.Check(spec, nofile.Soft, nofile.Hard, range, workers: 1);
        if (!obstacles.IsEmpty)
        {
            throw CliException.BadInput(string.Join('\n', obstacles));
        }

        using var interruption = new Interruption();
        var replica = $"{Environment.MachineName}-{Random.Shared.Next(0x10000):x4}";
        if (await Permission.OfAsync(targetText, replica, start.Patience, interruption.Token) is not var (target, client, first))
        {
            return ExitStatus.Interrupted;
        }

        // After the server has answered, so that one that never comes leaves no folder; before the wait, so that a replica that dies in it has one.
        var clock = RunClock.StartNew();
        using var telemetry = StandaloneTelemetry.TryStart("swarm", clock, Console.Error);
        telemetry?.Target(new SocketEndPoint(TcpSegment.Mapped(target.Address), target.Port).AddressText, target.Port);
        using var folder = output is null ? null : StandaloneFolder.Create(StandalonePlan.OfSwarm(spec, target.ToString(), replica,
            HostInspection.Here(Planner.SysctlsOfInterest, clock), CommonOptions.ThisCommand()), output);
        using var watch = folder is null && telemetry is null ? null : new StandaloneWatch(folder, telemetry, clock, Console.Error);
        using var logging = telemetry?.Loggers();
        watch?.Sample(target.Port);
        start.Await(target, replica, Console.Error, interruption.Token);
        var hold = configured.HasHold ? declaredHold : Nanoseconds.Zero;
        using var consent = ConsentWatch.TryBegin(client, first, out var refusal, interruption.Token);
        if (consent is null)
        {
            watch?.Finish(refusal);
            throw CliException.BadInput($"--target {targetText}: {refusal}");
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(interruption.Token, consent.Lost);
        var summary = SwarmRun.Run(spec, target, range, Console.Error, hold, observations: null, watch is null ? null : watch.Record, clock, consent,
            ending.Token);
        Console.Out.WriteLine(summary);
        logging?.CreateLogger("LoadLab.Swarm").SwarmEnds(target.ToString(), summary.Attempted, summary.Established, summary.Failed);
        watch?.Finish(interruption.Came ? "interrupted" : consent.Reason);
        if (folder is not null)
        {
            Console.Out.WriteLine($"results      {Paths.Shown(folder.Path)}");
        }

        return interruption.Came ? ExitStatus.Interrupted
            : consent.Reason is { } reason ? throw CliException.CannotSee($"--target {targetText}: {reason}")
            : ExitStatus.Held;
    }
}
