using System.CommandLine;
using LoadLab.Model;
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
        ("--user-timeout", "UserTimeout", "DURATION", "TCP_USER_TIMEOUT of accepted connections, e.g. 1500ms (default 0: by net.ipv4.tcp_retries2)"),
    ];

    public static Command Create()
    {
        var command = new Command("serve", "Runs the server on its own: a plain TCP server that any client can talk to, and that watches its own listener");
        var options = Rows.Select(row => (row.Key, Option: new Option<string?>(row.Option) { Description = row.About, HelpName = row.Value })).ToList();
        options.ForEach(pair => command.Options.Add(pair.Option));

        // As every hosted .NET program takes its configuration: --Server:Backlog 4, --Logging:LogLevel:Default=Debug.
        var rest = new Argument<string[]>("configuration") { Description = "Any --Section:Key VALUE, as hosted .NET programs take it", Arity = ArgumentArity.ZeroOrMore };
        command.Arguments.Add(rest);
        command.SetAction((result, cancellation) => RunAsync(
            [.. result.GetValue(rest) ?? [], .. options.Where(pair => result.GetValue(pair.Option) is not null).SelectMany(pair => (string[])[$"--Server:{pair.Key}", result.GetValue(pair.Option)!])],
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string[] arguments, CancellationToken cancellation)
    {
        using var telemetry = AloneTelemetry.TryStart(Console.Error);
        var status = await ServeHost.RunAsync(
            arguments, Console.Out, Console.Error, cancellation, telemetry is null ? null : telemetry.AddTo, telemetry is null ? null : telemetry.Record);
        telemetry?.Finish();
        return status;
    }
}
