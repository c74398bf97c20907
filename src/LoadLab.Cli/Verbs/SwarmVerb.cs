using System.CommandLine;
using LoadLab.Kernel;
using LoadLab.Lab;
using LoadLab.Model;
using LoadLab.Planning;
using LoadLab.Planning.Rules;
using LoadLab.Swarm;
using Microsoft.Extensions.Logging;

namespace LoadLab.Cli;

/// <summary><c>loadlab swarm --target HOST:PORT</c>: the clients on their own.</summary>
internal static class SwarmVerb
{
    /// <summary>Option, the scenario setting that it is, its value and what it says: the scenario file's own reader checks them.</summary>
    private static readonly (string Option, string Setting, string Value, string About)[] Rows =
    [
        ("--shape", "swarm.shape", "SHAPE", $"{string.Join(" | ", EnumWords<LoadShape>.All)} (default burst)"),
        ("--connections", "swarm.connections", "N", "Burst: how many connects; churn: how many at once (default 1)"),
        ("--rate", "swarm.rate", "RATE", "Rate: connects a second, e.g. 200/s; ramp: where it starts"),
        ("--to", "swarm.to", "RATE", "Ramp: where it ends"),
        ("--for", "swarm.for", "DURATION", "Rate, ramp, churn: for how long"),
        ("--then", "swarm.then", "WHAT", $"What a client does once connected: {string.Join(" | ", EnumWords<ClientEnd>.All)} (default hold)"),
        ("--exchange", "swarm.exchange", "BYTES", "Bytes each client sends and waits to get back"),
        ("--connect-timeout", "swarm.connect-timeout", "DURATION", "Gives a connect up after this time"),
        ("--syn-count", "swarm.syn-count", "N", "TCP_SYNCNT: SYN retransmissions before ETIMEDOUT, 1 to 127"),
        ("--rto-max", "swarm.rto-max", "DURATION", "TCP_RTO_MAX_MS: the longest time between two retransmissions, 1s to 120s (Linux 6.15)"),
        ("--user-timeout", "swarm.user-timeout", "DURATION", "TCP_USER_TIMEOUT: what has no answer for so long is given up, e.g. 1500ms"),
        ("--sources", "swarm.sources", "RANGE", "Source addresses, e.g. 127.1.0.1-127.1.0.9"),
        ("--ports", "swarm.ports", "WHO", $"Who picks the ephemeral port: {string.Join(" | ", EnumWords<PortStrategy>.All)} (default kernel)"),
        ("--threads", "swarm.threads", "N", "Threads (default 1)"),
        ("--hold", "hold", "DURATION", "How long established connections are held after the last connect (default: until each connect is answered)"),
    ];

    public static Command Create()
    {
        var target = new Option<string>("--target") { Description = "Whom: an address in 127.0.0.0/8 or 198.18.0.0/15, or a name that has one, and a port", HelpName = "HOST:PORT", Required = true };
        var startAt = new Option<string?>("--start-at") { Description = $"When: {StartMoment.Forms} (default: at once)", HelpName = "WHEN" };
        var wait = new Option<string?>("--wait") { Description = "How long it waits for the server to answer, and for the others (default 2s, and 5m for the others)", HelpName = "DURATION" };
        var output = CommonOptions.AloneOut();
        var command = new Command("swarm", "Runs the clients on their own, against a 'loadlab serve' that consents") { target, startAt, wait, output };
        var options = Rows.Select(row => (row.Setting, Option: new Option<string?>(row.Option) { Description = row.About, HelpName = row.Value })).ToList();
        options.ForEach(pair => command.Options.Add(pair.Option));
        command.SetAction(result => Run(
            result.GetValue(target)!,
            StartMoment.Of(result.GetValue(startAt), result.GetValue(wait)),
            result.GetValue(output),
            [.. options.Where(pair => result.GetValue(pair.Option) is not null).Select(pair => (pair.Setting, result.GetValue(pair.Option)!))]));
        return command;
    }

    private static int Run(string targetText, StartMoment start, string? output, List<(string Name, string Value)> settings)
    {
        var (spec, declaredHold) = Declared(settings);
        var ports = EphemeralPorts.Of(Sysctl.Read("net.ipv4.ip_local_port_range"), reserved: null).Range;
        var range = (ports.First, ports.Last);
        var nofile = ResourceLimits.Nofile(0) ?? new SoftAndHard(1024, 1024);
        var obstacles = SwarmPreflight.Check(spec, nofile.Soft, nofile.Hard, range, workers: 1);
        if (!obstacles.IsEmpty)
        {
            throw Complaint.BadInput(string.Join('\n', obstacles));
        }

        using var interruption = new Interruption();
        var replica = $"{Environment.MachineName}-{Random.Shared.Next(0x10000):x4}";
        var target = Permission.Of(targetText, replica, start.Patience, interruption.Token);

        // After the server has answered, so that one that never comes leaves no folder; before the wait, so that a replica that dies in it has one.
        var clock = RunClock.StartNew();
        using var telemetry = AloneTelemetry.TryStart(Console.Error);
        using var folder = output is null ? null : AloneFolder.Create(AlonePlan.OfSwarm(spec, target.ToString(), replica, HostInspection.Here(Planner.SysctlsOfInterest, clock), CommonOptions.ThisCommand()), output);
        using var watch = folder is null && telemetry is null ? null : new AloneWatch(folder, telemetry, clock, Console.Error);
        using var logging = telemetry is null ? null : LoggerFactory.Create(telemetry.AddTo);
        watch?.Sample(target.Port);
        start.Await(target, replica, Console.Error, interruption.Token);
        var hold = settings.Any(setting => setting.Name == "hold") ? declaredHold : Nanoseconds.Zero;
        var summary = SwarmRun.Run(spec, target, range, Console.Error, hold, observations: null, watch is null ? null : watch.Record, clock, interruption.Token);
        Console.Out.WriteLine(summary);
        logging?.CreateLogger("LoadLab.Swarm").SwarmEnds(target.ToString(), summary.Attempted, summary.Established, summary.Failed);
        watch?.Finish(interruption.Came ? "interrupted" : null);
        if (folder is not null)
        {
            Console.Out.WriteLine($"results      {Places.Shown(folder.Path)}");
        }

        return interruption.Came ? ExitStatus.Interrupted : ExitStatus.Held;
    }

    private static (SwarmSpec Spec, Nanoseconds Hold) Declared(List<(string Name, string Value)> settings)
    {
        var declared = ScenarioFile.Parse("loadlab swarm", "swarm", "claim: a swarm on its own", settings);
        return declared.Value is { } scenario
            ? (scenario.Base.Swarm, scenario.Base.Hold)
            : throw Complaint.BadInput(string.Join('\n', declared.Errors.Select(AsOption)));
    }

    private static string AsOption(ScenarioError error)
    {
        var row = Rows.FirstOrDefault(candidate => error.Path.StartsWith($"--set {candidate.Setting}=", StringComparison.Ordinal));
        return row.Option is null ? error.ToString() : $"{row.Option} {error.Path[($"--set {row.Setting}=".Length)..]}: {error.Text}";
    }
}
