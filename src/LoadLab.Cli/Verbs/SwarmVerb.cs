using System.CommandLine;
using System.Net.NetworkInformation;
using LoadLab.Kernel;
using LoadLab.Model;
using LoadLab.Planning;
using LoadLab.Swarm;

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
        var target = new Option<string>("--target") { Description = "Whom: an address in 127.0.0.0/8 or 198.18.0.0/15, and a port", HelpName = "ADDRESS:PORT", Required = true };
        var command = new Command("swarm", "Runs the clients on their own, against any server of this machine") { target };
        var options = Rows.Select(row => (row.Setting, Option: new Option<string?>(row.Option) { Description = row.About, HelpName = row.Value })).ToList();
        options.ForEach(pair => command.Options.Add(pair.Option));
        command.SetAction(result => Run(
            result.GetValue(target)!,
            [.. options.Where(pair => result.GetValue(pair.Option) is not null).Select(pair => (pair.Setting, result.GetValue(pair.Option)!))]));
        return command;
    }

    private static int Run(string targetText, List<(string Name, string Value)> settings)
    {
        if (SwarmTarget.TryParse(targetText, out var target) is { } refusal)
        {
            throw Complaint.BadInput($"--target {targetText}: {refusal}");
        }

        if (AddressRange.Benchmark.Contains(target!.Address) && !HasInterfaceIn(AddressRange.Benchmark))
        {
            throw Complaint.BadInput($"--target {targetText}: no interface of this machine is in 198.18.0.0/15, so the load would leave by its default route; give it such a network (compose does), or take a target in 127.0.0.0/8.");
        }

        var declared = ScenarioFile.Parse("loadlab swarm", "swarm", "claim: a swarm on its own", settings);
        if (declared.Value is not { } scenario)
        {
            throw Complaint.BadInput(string.Join('\n', declared.Errors.Select(AsOption)));
        }

        var spec = scenario.Base.Swarm;
        var ports = PortRange();
        var nofile = ResourceLimits.Nofile(0) ?? new SoftAndHard(1024, 1024);
        var obstacles = SwarmPreflight.Check(spec, nofile.Soft, nofile.Hard, ports, workers: 1);
        if (!obstacles.IsEmpty)
        {
            throw Complaint.BadInput(string.Join('\n', obstacles));
        }

        using var interruption = new Interruption();
        var hold = settings.Any(setting => setting.Name == "hold") ? scenario.Base.Hold : Nanoseconds.Zero;
        using var telemetry = SwarmTelemetry.TryStart(target, Console.Error);
        var summary = SwarmRun.Run(spec, target, ports, Console.Error, hold, observations: null, telemetry is null ? null : telemetry.Record, interruption.Token);
        Console.Out.WriteLine(summary);
        telemetry?.End(summary);
        return interruption.Came ? ExitStatus.Interrupted : ExitStatus.Held;
    }

    private static bool HasInterfaceIn(AddressRange range) => NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(one => one.GetIPProperties().UnicastAddresses)
        .Any(own => AddressRange.TryAddress(own.Address.ToString(), out var address) && range.Contains(address));

    private static string AsOption(ScenarioError error)
    {
        var row = Rows.FirstOrDefault(candidate => error.Path.StartsWith($"--set {candidate.Setting}=", StringComparison.Ordinal));
        return row.Option is null ? error.ToString() : $"{row.Option} {error.Path[($"--set {row.Setting}=".Length)..]}: {error.Text}";
    }

    private static (int Low, int High) PortRange()
    {
        var words = (Sysctl.Read("net.ipv4.ip_local_port_range") ?? "32768 60999").Split(' ');
        return (int.Parse(words[0]), int.Parse(words[^1]));
    }
}
