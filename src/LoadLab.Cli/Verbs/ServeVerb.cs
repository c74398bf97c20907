using System.CommandLine;
using LoadLab.Kernel;
using LoadLab.Lab;
using LoadLab.Model;
using LoadLab.Planning;
using LoadLab.Runs;
using LoadLab.Server;
using Microsoft.Extensions.Hosting;

namespace LoadLab.Cli;

/// <summary><c>loadlab serve</c>: the accept loop on its own.</summary>
internal static class ServeVerb
{
    public static Command Create()
    {
        var command = new Verb(
            "serve",
            "Runs the server alone: a TCP server for any client, which watches its own listener",
            [
                "loadlab serve --port 9000 --backlog 4 --accept 'paced 40/s' --connection echo",
                "loadlab serve --port 9000 --prometheus :9464",
            ]);
        var options = ServeHost.Options.Select(row => (row.Key, Option: new Option<string?>(row.Option) { Description = row.Doc, HelpName = row.StandsFor }))
            .ToList();
        options.ForEach(pair => command.Options.Add(pair.Option));

        var output = CommonOptions.StandaloneOut();
        command.Options.Add(output);
        var prometheus = CommonOptions.Prometheus();
        command.Options.Add(prometheus);

        // As every hosted .NET program takes its configuration: --Server:Backlog 4, --Logging:LogLevel:Default=Debug.
        var rest = new Argument<string[]>("configuration") { Description = "Any --Section:Key VALUE, as hosted .NET programs take it",
            Arity = ArgumentArity.ZeroOrMore };
        command.Arguments.Add(rest);
        command.SetAction((result, cancellation) => RunAsync(
            result.GetValue(output),
            result.GetValue(prometheus),
            [.. result.GetValue(rest) ?? [], .. options.Where(pair => result.GetValue(pair.Option) is not null)
                .SelectMany(pair => (string[])[$"--Server:{pair.Key}", result.GetValue(pair.Option)!])],
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string? output, string? prometheus, string[] arguments, CancellationToken cancellation)
    {
        var clock = RunClock.StartNew();
        using var telemetry = StandaloneTelemetry.TryPrepare("serve", prometheus, clock, Console.Error, out var export);
        if (telemetry?.Prometheus is { } scraped)
        {
            await Console.Error.WriteLineAsync($"metrics for Prometheus: {scraped.Url}");
        }

        StandaloneFolder? folder = null;
        StandaloneWatch? watch = null;
        try
        {
            var status = await ServeHost.RunAsync(arguments, Console.Out, Console.Error, cancellation, telemetry is null ? null : Configure, Observe, clock);
            watch?.Finish(reason: null);
            if (folder is not null)
            {
                await Console.Out.WriteLineAsync($"results {Paths.Shown(folder.Path)}");
            }

            return status;
        }
        catch (Exception e) when (e is not CliException)
        {
            watch?.Finish(VisibleText.OfLine(e.Message));
            throw;
        }
        finally
        {
            watch?.Dispose();
            folder?.Dispose();
        }

        void Configure(IHostApplicationBuilder builder) => ServeTelemetry.AddTo(builder, export!, telemetry, () => watch?.Finish(reason: null));

        Action<Observation>? Observe(ServerSpec spec)
        {
            folder = output is null ? null : StandaloneFolder.Create(StandalonePlan.OfServer(spec, HostInspection.Here(Planner.SysctlsOfInterest, clock),
                CommonOptions.ThisCommand()), output);
            watch = folder is null && telemetry is null ? null : new StandaloneWatch(folder, telemetry, clock, Console.Error);
            telemetry?.Target(spec.Address, spec.Port);
            return watch is null ? null : watch.Record;
        }
    }
}
