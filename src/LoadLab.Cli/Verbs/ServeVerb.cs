using System.CommandLine;
using LoadLab.Kernel;
using LoadLab.Lab;
using LoadLab.Model;
using LoadLab.Planning;
using LoadLab.Server;

namespace LoadLab.Cli;

/// <summary><c>loadlab serve</c>: the accept loop on its own.</summary>
internal static class ServeVerb
{
    /// <summary>Option, key in the section "Server", and what it says: one row each, so that help and configuration cannot differ.</summary>
    private static readonly (string Option, string Key, string Value, string About)[] Rows =
    [
        ("--address", "Address", "ADDRESS", "The address it listens on (default 127.0.0.1)"),
        ("--port", "Port", "N", "The port; 0: the kernel picks one, and it is printed (default 0)"),
        ("--backlog", "Backlog", "N", "The number given to listen(2), 0 to 2147483647 (default 4096)"),
        ("--accept", "Accept", "POLICY", AcceptPolicy.Forms + " (default eager)"),
        ("--accept-threads", "AcceptThreads", "N", "Threads that call accept() (default 1)"),
        ("--listeners", "Listeners", "N", "Listeners that share the port by SO_REUSEPORT (default 1)"),
        ("--reuseport", "ReusePort", "true|false", "SO_REUSEPORT on the listener (default false)"),
        ("--at-limit", "AtLimit", "POLICY", AtLimitPolicy.Forms + " (default backoff 5ms 1s)"),
        ("--connection", "Connection", "WHAT", $"What happens to an accepted connection: {string.Join(" | ", EnumWords<ConnectionBehaviour>.All)} (default hold)"),
        ("--defer-accept", "DeferAccept", "DURATION", "TCP_DEFER_ACCEPT of the listeners: accepted with its first data, e.g. 30s (default 0: off)"),
        ("--consent", "Consent", "true|false", "Whether swarms that ask may load it; without, each refuses (default true)"),
        ("--replicas", "Replicas", "N", "Swarms that start together, once so many have said ready (default 0: each when it likes)"),
        ("--user-timeout", "UserTimeout", "DURATION", "TCP_USER_TIMEOUT of accepted connections, e.g. 1500ms (default 0: by net.ipv4.tcp_retries2)"),
    ];

    public static Command Create()
    {
        var command = new Command("serve", "Runs the server on its own: a plain TCP server that any client can talk to, and that watches its own listener");
        var options = Rows.Select(row => (row.Key, Option: new Option<string?>(row.Option) { Description = row.About, HelpName = row.Value })).ToList();
        options.ForEach(pair => command.Options.Add(pair.Option));

        var output = CommonOptions.AloneOut();
        command.Options.Add(output);

        // As every hosted .NET program takes its configuration: --Server:Backlog 4, --Logging:LogLevel:Default=Debug.
        var rest = new Argument<string[]>("configuration") { Description = "Any --Section:Key VALUE, as hosted .NET programs take it", Arity = ArgumentArity.ZeroOrMore };
        command.Arguments.Add(rest);
        command.SetAction((result, cancellation) => RunAsync(
            result.GetValue(output),
            [.. result.GetValue(rest) ?? [], .. options.Where(pair => result.GetValue(pair.Option) is not null).SelectMany(pair => (string[])[$"--Server:{pair.Key}", result.GetValue(pair.Option)!])],
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string? output, string[] arguments, CancellationToken cancellation)
    {
        var clock = RunClock.StartNew();
        using var telemetry = AloneTelemetry.TryStart(Console.Error);
        AloneFolder? folder = null;
        AloneWatch? watch = null;
        try
        {
            var status = await ServeHost.RunAsync(arguments, Console.Out, Console.Error, cancellation, telemetry is null ? null : telemetry.AddTo, Observe, clock);
            watch?.Finish(reason: null);
            if (folder is not null)
            {
                await Console.Out.WriteLineAsync($"results {Places.Shown(folder.Path)}");
            }

            return status;
        }
        finally
        {
            watch?.Dispose();
            folder?.Dispose();
        }

        Action<Observation>? Observe(ServerSpec spec)
        {
            folder = output is null ? null : AloneFolder.Create(AlonePlan.OfServer(spec, HostInspection.Here(Planner.SysctlsOfInterest, clock), CommonOptions.ThisCommand()), output);
            watch = folder is null && telemetry is null ? null : new AloneWatch(folder, telemetry, clock, Console.Error);
            return watch is null ? null : watch.Record;
        }
    }
}
