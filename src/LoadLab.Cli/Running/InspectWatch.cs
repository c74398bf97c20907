using LoadLab.Judging.Diagnoses;
using LoadLab.Kernel;
using LoadLab.KernelModel.Rules;
using LoadLab.Lab;
using LoadLab.Model;
using LoadLab.Telemetry;
using Microsoft.Extensions.Logging;

namespace LoadLab.Cli;

/// <summary>What <c>inspect --watch</c> exports.</summary>
/// <param name="Every">Between two looks.</param>
/// <param name="Most">Listeners that are told at most.</param>
/// <param name="Pids">Processes whose descriptors are counted; empty: those of the listeners.</param>
/// <param name="Otlp">The endpoint; "": that of the environment, or the standard one; null: no export by OTLP.</param>
/// <param name="Prometheus">Where metrics are fetched; null: nowhere.</param>
internal sealed record InspectWatchOptions(TimeSpan Every, int Most, int[] Pids, string? Otlp, string? Prometheus);

/// <summary><c>inspect --watch</c> with an exporter: looks at the network namespace until it is interrupted, and says what begins and what is over.</summary>
internal static class InspectWatch
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string Standard = "http://127.0.0.1:4317";
    private const string StandardHttp = "http://127.0.0.1:4318";

    /// <summary>Watches. Ends with a line of what was seen, and 0: that it is interrupted is its ordinary end.</summary>
    public static async Task<int> RunAsync(InspectWatchOptions options)
    {
        var settings = TelemetrySettings.Asked(Console.Error, options.Prometheus, environment: name => Variable(name, options.Otlp));
        if (settings is null)
        {
            throw CliException.BadInput("--watch: no exporter is left of those that were asked for, so there is nothing to watch for");
        }

        using var interruption = new Interruption();
        using var export = TelemetryExport.TryStart(settings with { ExportEvery = options.Every }, Console.Error)
            ?? throw CliException.BadInput("--watch: nothing can be exported, so there is nothing to watch for");
        using var instruments = new InspectInstruments();
        using var watch = new MachineWatch(options.Most, options.Pids, Ports, DiagnosisInputs.Counters, DiagnosisInputs.Sysctls);
        using var loggers = export.Loggers();
        var log = loggers.CreateLogger("LoadLab.Inspect");
        var events = new WatchEvents(log, Console.Out);
        await Console.Out.WriteLineAsync(Greeting(settings, options));
        var clock = RunClock.StartNew();
        var (looks, last) = await LookAsync(watch, instruments, events, log, options.Every, interruption.Token);
        export.Finish(Console.Error);
        await Console.Out.WriteLineAsync(Summary(clock.Now, looks, last, events));
        return ExitStatus.Held;
    }

    private static async Task<(int Looks, MachineTick? Last)> LookAsync(
        MachineWatch watch, InspectInstruments instruments, WatchEvents events, ILogger log, TimeSpan every, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(every);
        var looks = 0;
        MachineTick? last = null;
        try
        {
            do
            {
                try
                {
                    last = watch.Look();
                    looks++;
                    instruments.See(last);
                    events.Tell(last);
                }
                catch (KernelException e)
                {
                    // The kernel had no room for an answer: the next look may get one.
                    log.LookLost(e.Message);
                    await Console.Error.WriteLineAsync($"loadlab: a look was lost: {e.Message}");
                }
            }
            while (await timer.WaitForNextTickAsync(stopping));
        }
        catch (OperationCanceledException)
        {
            // Interrupted: the ordinary end.
        }

        return (looks, last);
    }

    // A watch has no spans. What is exported by OTLP is said by the option alone; where to, by the environment where the option does not.
    private static string? Variable(string name, string? otlp)
    {
        var value = Environment.GetEnvironmentVariable(name);
        return name switch
        {
            "OTEL_TRACES_EXPORTER" => "none",
            "OTEL_METRICS_EXPORTER" or "OTEL_LOGS_EXPORTER" => otlp is null ? "none" : "otlp",
            Endpoint when otlp is { Length: > 0 } => otlp,
            Endpoint when otlp is not null && value is null or "" => Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_PROTOCOL") == "http/protobuf"
                ? StandardHttp : Standard,
            _ => value,
        };
    }

    private static (PortRange Range, long Ports) Ports()
    {
        var ports = EphemeralPorts.Of(Sysctl.Read("net.ipv4.ip_local_port_range"), Sysctl.Read("net.ipv4.ip_local_reserved_ports"));
        return (ports.Range, ports.Most);
    }

    private static string Greeting(TelemetrySettings settings, InspectWatchOptions options)
    {
        string[] where =
        [
            .. settings.Targets.Values.Select(target => $"OTLP to {target.Endpoint.GetLeftPart(UriPartial.Authority)}").Distinct(),
            .. settings.Prometheus is { } endpoint ? [$"Prometheus at {endpoint.Url}"] : Array.Empty<string>(),
        ];
        var every = Nanoseconds.FromMilliseconds((long)options.Every.TotalMilliseconds);
        return $"watching the listeners of this network namespace every {every}: {string.Join(", ", where)}; Ctrl-C ends it";
    }

    private static string Summary(Nanoseconds length, int looks, MachineTick? last, WatchEvents events)
    {
        var listeners = last is null ? "" : $", {last.AllListeners} listener{(last.AllListeners == 1 ? "" : "s")} at the end";
        var longest = events.Longest is { } one ? $"; longest accept queue {one.View.Queue} of {one.View.LiveBacklog + 1} at {one.Name}"
            : "; no connection was queued in any look";
        return $"watched for {Math.Round(length.Seconds, 1)} s: {looks} look{(looks == 1 ? "" : "s")}{listeners}, "
            + $"{events.Begun} diagnos{(events.Begun == 1 ? "is" : "es")}{longest}";
    }
}
