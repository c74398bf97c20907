using System.CommandLine;
using System.Text.Json;
using LoadLab.Judging.Diagnoses;
using LoadLab.Kernel;
using LoadLab.Lab;
using LoadLab.Model;
using LoadLab.KernelModel.Rules;
using LoadLab.Reporting;

namespace LoadLab.Cli;

/// <summary><c>loadlab inspect</c>: the same readers on a machine as it is. Reads only, no sandbox.</summary>
internal static class InspectVerb
{
    /// <summary>The verb.</summary>
    public const string Name = "inspect";

    private const int HighestPort = 65535;
    private const int PortsNamed = 12;
    private const int MostListeners = 200;
    private static readonly TimeSpan WatchEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ExportEvery = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var pid = new Option<int[]>("--pid")
        {
            Description = "A process: its descriptors against its limits, its sockets by state; with an exporter several, each with --pid",
            HelpName = "PID",
        };
        var port = new Option<int?>("--port") { Description = "A port of this network namespace: its listeners' queues, limits and drops", HelpName = "PORT" };
        var watch = new Option<bool>("--watch") { Description = "Looks again every second until it is interrupted" };
        var otlp = new Option<string?>("--otlp")
        {
            Description = "With --watch: exports listeners, ports, counters and diagnoses by OTLP "
                + "(default: as OTEL_EXPORTER_OTLP_ENDPOINT says, else to http://127.0.0.1:4317)",
            HelpName = "ENDPOINT",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var prometheus = CommonOptions.Prometheus();
        var every = new Option<string?>("--every") { Description = "With --watch: the time between two looks, 100ms to 1h (default 1s, with an exporter 10s)",
            HelpName = "DURATION" };
        var most = new Option<int>("--most") { Description = "With an exporter: listeners that are told at most, the busiest first", HelpName = "N",
            DefaultValueFactory = _ => MostListeners };
        var length = new Option<string?>("--for") { Description = "With --port: watches it for so long, and says which size command fits",
            HelpName = "DURATION" };
        var json = CommonOptions.Json("what was seen");
        var command = new Verb(
            Name,
            "Looks at this machine: queues, ports, descriptors, and counters that should be zero. Changes nothing, needs no root",
            [
                "loadlab inspect",
                "loadlab inspect --port 8080 --watch",
                "loadlab inspect --port 8080 --for 10s",
                "loadlab inspect --pid 4711 --json",
                "loadlab inspect --watch --otlp",
                "loadlab inspect --watch --prometheus :9464 --every 1s",
            ]) { pid, port, watch, length, otlp, prometheus, every, most, json };
        command.SetAction((result, _) =>
        {
            var (pids, isOtlp) = (result.GetValue(pid) ?? [], result.GetResult(otlp) is { Implicit: false });
            if (isOtlp || result.GetValue(prometheus) is not null)
            {
                RefuseBeside(result, isOtlp ? "--otlp" : "--prometheus", result.GetValue(watch), port, length, json);
                return InspectWatch.RunAsync(new InspectWatchOptions(
                    Interval(result.GetValue(every)) ?? ExportEvery,
                    Told(result.GetValue(most)),
                    [.. pids.Select(Existing)],
                    isOtlp ? result.GetValue(otlp) ?? "" : null,
                    result.GetValue(prometheus)));
            }

            var look = Look(pids.Length > 1 ? throw CliException.BadInput("--pid: several are for --watch with --otlp or --prometheus; ask for one")
                : pids.Length == 1 ? pids[0] : null, result.GetValue(port));
            return result.GetValue(length) is { } text
                ? WatchPortAsync(look, Watched(text, result.GetValue(port), result.GetValue(watch)), result.GetValue(json), Terminal.Of(result))
                : RunAsync(look, result.GetValue(watch) ? Interval(result.GetValue(every)) ?? WatchEvery : NoWatch(result.GetValue(every)),
                    result.GetValue(json), Terminal.Of(result));
        });
        return command;
    }

    private static void RefuseBeside(ParseResult result, string exporter, bool watch, Option<int?> port, Option<string?> length, Option<bool> json)
    {
        if (!watch)
        {
            throw CliException.BadInput($"{exporter}: exports what a watch sees, so it needs --watch");
        }

        var other = result.GetValue(port) is not null ? "--port" : result.GetValue(length) is not null ? "--for" : result.GetValue(json) ? "--json" : null;
        if (other is not null)
        {
            throw CliException.BadInput($"{exporter}: exports all listeners of this network namespace, so it goes without {other}");
        }
    }

    private static TimeSpan? NoWatch(string? every) => every is null ? null
        : throw CliException.BadInput($"--every {every}: the time between two looks of a watch, so it needs --watch");

    private static TimeSpan? Interval(string? text) => text is null ? null
        : Nanoseconds.TryParse(text, out var time) && time.Value is >= 100_000_000 and <= 3_600_000_000_000 ? time.ToTimeSpan()
        : throw CliException.BadInput($"--every {text}: takes a duration with a unit from 100ms to 1h, e.g. 10s");

    private static int Told(int most) => most is >= 1 and <= HighestPort ? most : throw CliException.BadInput($"--most {most}: takes 1 to {HighestPort}");

    private static int Existing(int pid) => OfProcess(pid).Pid;

    private static (int Port, TimeSpan Length) Watched(string text, int? port, bool watch) =>
        port is not { } one ? throw CliException.BadInput($"--for {text}: watches a port, so it needs --port")
        : watch ? throw CliException.BadInput("--watch and --for are two questions: ask one of them")
        : Nanoseconds.TryParse(text, out var length) && length.Value is > 0 and <= 3_600_000_000_000 ? (one, length.ToTimeSpan())
        : throw CliException.BadInput($"--for {text}: takes a duration with a unit of at most 1h, e.g. 10s");

    private static async Task<int> WatchPortAsync(Func<Inspection> look, (int Port, TimeSpan Length) watched, bool json, Terminal terminal)
    {
        // A port without a listener is refused before anybody waits.
        look();
        using var interruption = new Interruption();
        var load = await PortWatch.WatchAsync(watched.Port, watched.Length, interruption.Token);
        var seen = look();
        seen = seen with { Port = seen.Port! with { Load = load } };
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(seen, ModelJson.Indented.Inspection));
        }
        else
        {
            InspectReport.Write(terminal.ReportTo(json), seen);
        }

        return interruption.Came ? ExitStatus.Interrupted : ExitStatus.Of(seen.Verdict);
    }

    private static async Task<int> RunAsync(Func<Inspection> look, TimeSpan? every, bool json, Terminal terminal)
    {
        if (every is not { } interval)
        {
            var seen = look();
            if (json)
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(seen, ModelJson.Indented.Inspection));
            }
            else
            {
                InspectReport.Write(terminal.ReportTo(json), seen);
            }

            return ExitStatus.Of(seen.Verdict);
        }

        using var interruption = new Interruption();
        using var timer = new PeriodicTimer(interval);
        Inspection? before = null;
        try
        {
            do
            {
                var seen = look();
                (var last, before) = (before, seen);
                Show(seen, last, json, terminal);
            }
            while (await timer.WaitForNextTickAsync(interruption.Token) && !StandardOutput.IsAbandoned && StandardStreams.Output.Failure is null);
            return ExitStatus.Of(before.Verdict);
        }
        catch (OperationCanceledException)
        {
            return ExitStatus.Interrupted;
        }
    }

    private static void Show(Inspection seen, Inspection? before, bool json, Terminal terminal)
    {
        if (json || Console.IsOutputRedirected)
        {
            Console.Out.WriteLine(json ? JsonSerializer.Serialize(seen, ModelJson.Default.Inspection) : InspectReport.Line(seen, before));
        }
        else
        {
            var console = terminal.ReportTo(json);
            console.Clear(home: true);
            InspectReport.Write(console, seen);
        }
    }

    private static Func<Inspection> Look(int? pid, int? port) => (pid, port) switch
    {
        (not null, not null) => throw CliException.BadInput("--pid and --port are two questions: ask one of them"),
        ({ } one, null) => () => Judged(new Inspection { At = TimeProvider.System.GetUtcNow(), Kernel = HostInspection.Kernel, Process = OfProcess(one) }),
        (null, { } one) => () => Judged(new Inspection { At = TimeProvider.System.GetUtcNow(), Kernel = HostInspection.Kernel, Port = OfPort(one) }),
        (null, null) => () => Judged(new Inspection { At = TimeProvider.System.GetUtcNow(), Kernel = HostInspection.Kernel, Machine = OfMachine() }),
    };

    private static Inspection Judged(Inspection seen) => InspectionFacts.Judged(seen);

    private static ProcessView OfProcess(int pid) => pid > 0 && ProcessInspection.Look(pid) is { } process
        ? process
        : throw CliException.BadInput($"--pid {pid}: there is no such process in this pid namespace, or /proc hides it from this user");

    private static PortView OfPort(int port)
    {
        if (port is < 1 or > HighestPort)
        {
            throw CliException.BadInput($"--port {port}: takes a TCP port, 1 to {HighestPort}");
        }

        if (PortInspection.Look(port, DiagnosisInputs.Counters, DiagnosisInputs.Sysctls) is { Listeners.IsEmpty: false } seen)
        {
            return seen;
        }

        var ports = PortInspection.ListeningPorts();
        var more = ports.Length > PortsNamed ? $" and {ports.Length - PortsNamed} more" : "";
        var others = ports.IsEmpty ? "no socket listens on any port" : $"there are listeners on {string.Join(", ", ports.Take(PortsNamed))}{more}";
        throw CliException.BadInput($"--port {port}: no socket listens on it in this network namespace; {others}. "
            + $"A container has a namespace of its own: 'nsenter --target PID --net {TypedCommand.Of($"loadlab inspect --port {port}")}'");
    }

    private static MachineView OfMachine()
    {
        var ports = EphemeralPorts.Of(Sysctl.Read("net.ipv4.ip_local_port_range"), Sysctl.Read("net.ipv4.ip_local_reserved_ports"));
        return MachineInspection.Look(ports.Range, ports.Most, DiagnosisInputs.Counters, DiagnosisInputs.Sysctls);
    }
}
