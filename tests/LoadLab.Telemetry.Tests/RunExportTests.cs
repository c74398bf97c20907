using System.Text.Json;
using LoadLab.Cli.Tests;
using LoadLab.Judging.Diagnoses;
using LoadLab.Model;
using OpenTelemetry.Proto.Trace.V1;

namespace LoadLab.Telemetry.Tests;

/// <summary>A whole run by <c>./loadlab</c> against a receiver that decodes OTLP: every figure against run.json.</summary>
public sealed class RunExportTests
{
    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task EveryFigureIsThatOfRunJson(string protocol)
    {
        Assert.SkipUnless(Host.HasNamespaces, "needs namespaces (unshare), which this host forbids");
        await using var receiver = await OtlpReceiver.StartAsync();
        using var folder = new TemporaryFolder();
        var (run, _) = Run(receiver.Environment(protocol), folder, "--set", "hold=1300ms", "--set", "swarm.connect-timeout=1200ms");
        var metrics = new ReceivedMetrics(receiver);

        Assert.All(receiver.Paths, path => Assert.Equal(protocol == "grpc", path.EndsWith("/Export", StringComparison.Ordinal)));
        Assert.NotEqual(0, run.Connections.Failed);
        Assert.Equal(run.Connections.Attempted, metrics.Sum("loadlab.client.connect.attempts"));
        var durations = metrics.Of("loadlab.client.connect.duration").ToList();
        var established = Assert.Single(durations, one => one.Attribute("error.type") is null).Histogram!;
        Assert.Equal((ulong)run.Connections.Established, established.Count);
        Assert.Equal((run.Connections.Latency!.MinS, run.Connections.Latency.MaxS), (established.Min, established.Max));
        Assert.Equal(run.Connections.Failed, durations.Where(one => one.Attribute("error.type") is not null).Sum(one => one.Value));
        Assert.Equal(
            run.Errors.ToDictionary(error => (EnumWords<Role>.Of(error.Role), error.Syscall, error.Errno.Name), error => error.Count),
            metrics.Of("loadlab.syscall.failures").ToDictionary(one =>
                (one.Attribute("loadlab.role")!, one.Attribute("loadlab.syscall")!, one.Attribute("error.type")!), one => one.Value));

        Assert.Equal(run.Queues.Accept.Last, metrics.Sum("loadlab.server.accept_queue.usage"));
        Assert.Equal(run.Queues.Accept.Limit, metrics.Sum("loadlab.server.accept_queue.limit"));
        Assert.Equal(run.Queues.Accept.Peak, metrics.Sum("loadlab.server.accept_queue.peak"));
        Assert.Equal(run.Queues.Syn.Peak, metrics.Sum("loadlab.server.syn_queue.peak"));
        Assert.Equal(run.Primary.Server!.Accepted, metrics.Sum("loadlab.server.accepts"));
        Assert.Equal(
            DropPaths.Dropped(run.DropPath).ToDictionary(pair => pair.Key, pair => (long)pair.Value),
            metrics.Of("loadlab.server.listen.drops").ToDictionary(one => one.Attribute("loadlab.drop.path")!, one => one.Value));
        Assert.Equal(
            run.Counters.Where(pair => pair.Value > 0).ToDictionary(pair => pair.Key, pair => (long)pair.Value),
            metrics.Of("loadlab.tcp.counter").ToDictionary(one => one.Attribute("loadlab.tcp.counter.name")!, one => one.Value));
        Assert.NotEqual(0ul, run.Retransmits["SYN"].Count);
        Assert.All(run.Retransmits.Where(pair => pair.Value.Count > 0), pair =>
        {
            Assert.Equal((long)pair.Value.Count, metrics.Sum("loadlab.tcp.retransmits", ("loadlab.tcp.segment", pair.Key)));
            Assert.Equal((long)pair.Value.Count, metrics.Sum("loadlab.tcp.retransmit.delay", ("loadlab.tcp.segment", pair.Key)));
        });
        Assert.Equal(
            run.States.ToDictionary(pair => Convention(pair.Key), pair => pair.Value.Last),
            metrics.Of("system.network.connection.count").GroupBy(one => one.Attribute("network.connection.state")!).ToDictionary(group => group.Key, group =>
                group.Sum(one => one.Value))
                .Where(pair => run.States.Keys.Select(Convention).Contains(pair.Key)).ToDictionary());
    }

    [SandboxFact]
    public async Task WhatRunJsonDoesNotSumUpIsThatOfTheObservations()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        using var folder = new TemporaryFolder();
        var (run, _) = Run(receiver.Environment("http/protobuf"), folder, "--set", "hold=1300ms");
        var metrics = new ReceivedMetrics(receiver);
        var seen = ObservationsUntilTheLastPhaseEnded(folder.Results, run);

        var ports = seen.OfType<PortsSeen>().GroupBy(one => (one.Worker, one.Thread)).Select(group => group.Last()).ToList();
        Assert.Equal(run.Connections.Established + run.Connections.Pending, ports.Sum(one => one.InUse));
        Assert.Equal(ports.Sum(one => one.InUse), metrics.Sum("loadlab.client.port.usage"));
        Assert.Equal(ports[^1].Available, metrics.Sum("loadlab.client.port.limit"));
        Assert.Equal(seen.OfType<ClientsSeen>().GroupBy(one => one.Worker).Sum(group => group.Last().SynRetransmits),
            metrics.Sum("loadlab.client.connect.retransmits"));
        Assert.NotEqual(0, metrics.Sum("loadlab.client.connect.retransmits"));
        var processes = seen.OfType<DescriptorsSeen>().GroupBy(one => (one.Role, one.Worker)).Select(group => group.Last()).ToList();
        Assert.Equal([Role.Server, Role.Swarm], processes.Select(one => one.Role).Distinct().Order());
        Assert.All(processes, process =>
        {
            (string, string)[] attributes = [("loadlab.role", EnumWords<Role>.Of(process.Role)), ("loadlab.worker", $"{process.Worker}")];
            Assert.Equal(process.Open, metrics.Sum("process.unix.file_descriptor.count", attributes));
            Assert.Equal(process.Soft, metrics.Sum("loadlab.process.file_descriptor.limit", attributes));
        });
    }

    [SandboxFact]
    public async Task NoAddressAndNoPortIsAnAttributeAndEveryInstrumentHasUnitAndSentence()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        using var folder = new TemporaryFolder();
        _ = Run(receiver.Environment("http/protobuf"), folder, "--set", "hold=200ms");
        var all = new ReceivedMetrics(receiver).All;
        Assert.NotEmpty(all);
        Assert.All(all, one =>
        {
            Assert.NotEqual("", one.Unit);
            Assert.EndsWith(".", one.Description, StringComparison.Ordinal);
            Assert.DoesNotContain(one.Attributes, attribute => attribute.Value.Contains("127.0.0.1", StringComparison.Ordinal)
                || attribute.Key.Split('.').Any(word => word is "address" or "port"));
        });
    }

    [SandboxFact]
    public async Task TheRunIsATraceWithItsPhasesAsSpansAndFirstFailuresAsEvents()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        using var folder = new TemporaryFolder();
        var (run, _) = Run(receiver.Environment("grpc"), folder, "--set", "hold=400ms", "--set", "swarm.connect-timeout=100ms");
        var spans = receiver.Traces.SelectMany(request => request.ResourceSpans).SelectMany(resource => resource.ScopeSpans).SelectMany(scope => scope.Spans)
            .ToList();
        var root = Assert.Single(spans, span => span.ParentSpanId.IsEmpty);
        Assert.Equal("run accept-queue/backlog-overflow", root.Name);
        Assert.All(spans, span => Assert.Equal(root.TraceId, span.TraceId));
        Assert.Equal(EnumWords<Outcome>.Of(run.Verdict), ReceivedMetrics.Read(root.Attributes)["loadlab.verdict"]);
        Assert.Equal(run.Verdict == Outcome.Broken, root.Status?.Code == Status.Types.StatusCode.Error);

        var began = (ulong)(run.Started - DateTimeOffset.UnixEpoch).Ticks * 100;
        var phases = spans.Where(span => span.ParentSpanId == root.SpanId).OrderBy(span => span.StartTimeUnixNano).ToList();
        Assert.Equal(
            run.Variants[0].Phases.Select(phase => ("phase " + phase.Name, Tenths(phase.FromS), Tenths(phase.ToS!.Value))),
            phases.Select(span => (span.Name, (long)(span.StartTimeUnixNano - began) / 100, (long)(span.EndTimeUnixNano - began) / 100)));

        var failures = phases.SelectMany(span => span.Events).Where(one => one.Name == "loadlab.syscall.failed")
            .Select(one => (ReceivedMetrics.Read(one.Attributes), (long)(one.TimeUnixNano - began) / 100)).ToList();
        Assert.NotEmpty(run.Errors);
        Assert.Equal(
            run.Errors.Select(error => (EnumWords<Role>.Of(error.Role), error.Syscall, error.Errno.Name, Tenths(error.FirstS))),
            failures.Select(one => (one.Item1["loadlab.role"], one.Item1["loadlab.syscall"], one.Item1["error.type"], one.Item2)));
        Assert.Contains(phases.SelectMany(span => span.Events), one => one.Name == "loadlab.counter.moved"
            && ReceivedMetrics.Read(one.Attributes)["loadlab.tcp.counter.name"] == "TcpExt.ListenOverflows");
    }

    [SandboxFact]
    public async Task LogsCarryTheVerdictAndTheTraceAndEverySignalTheResource()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        using var folder = new TemporaryFolder();
        var environment = receiver.Environment("http/protobuf");
        environment["OTEL_SERVICE_NAME"] = "backlog-lab";
        environment["OTEL_RESOURCE_ATTRIBUTES"] = "deployment.environment.name=test";
        var (run, _) = Run(environment, folder, "--set", "hold=200ms");
        var root = Assert.Single(receiver.Traces.SelectMany(request => request.ResourceSpans).SelectMany(resource => resource.ScopeSpans).SelectMany(scope =>
            scope.Spans), span => span.ParentSpanId.IsEmpty);
        var records = receiver.Logs.SelectMany(request => request.ResourceLogs).SelectMany(resource => resource.ScopeLogs).SelectMany(scope =>
            scope.LogRecords).ToList();
        Assert.Contains(records, record => record.Body.StringValue == $"accept-queue/backlog-overflow: {EnumWords<Outcome>.Of(run.Verdict)}. {run.Summary}");
        Assert.All(records, record => Assert.Equal(root.TraceId, record.TraceId));
        Assert.All(
            [.. receiver.Metrics.SelectMany(one => one.ResourceMetrics).Select(one => one.Resource), .. receiver.Traces.SelectMany(one => one.ResourceSpans)
                .Select(one => one.Resource), .. receiver.Logs.SelectMany(one => one.ResourceLogs).Select(one => one.Resource)],
            resource => Assert.Equal(("backlog-lab", "test"), (ReceivedMetrics.Read(resource.Attributes)["service.name"],
                ReceivedMetrics.Read(resource.Attributes)["deployment.environment.name"])));
    }

    [SandboxFact]
    public async Task OfSeveralVariantsEachHasItsOwnSeriesAndSpan()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        using var folder = new TemporaryFolder();
        var (run, _) = Run(receiver.Environment("http/protobuf"), folder, "accept-queue/stalled-accept");
        var metrics = new ReceivedMetrics(receiver);
        Assert.True(run.Variants.Length > 1);
        Assert.All(run.Variants, variant =>
        {
            Assert.Equal(variant.Connections.Established, metrics.Sum("loadlab.client.connect.duration", ("loadlab.variant", variant.Name)));

            // The kernel counts the SYNs that were retransmitted; each of these clients was let in by its second.
            Assert.Equal((long)variant.Retransmits["SYN"].Count,
                metrics.Sum("loadlab.client.connect.duration", ("loadlab.variant", variant.Name), ("loadlab.retransmits", "1")) ?? 0);
            Assert.Equal(variant.Server!.Accepted, metrics.Sum("loadlab.server.accepts", ("loadlab.variant", variant.Name)));
            Assert.Equal(
                DropPaths.Dropped(variant.DropPath).Sum(pair => (long)pair.Value),
                metrics.Sum("loadlab.server.listen.drops", ("loadlab.variant", variant.Name)) ?? 0);
        });
        var spans = receiver.Traces.SelectMany(request => request.ResourceSpans).SelectMany(resource => resource.ScopeSpans).SelectMany(scope => scope.Spans)
            .ToList();
        Assert.Equal(
            run.Variants.SelectMany(variant => variant.Phases.Select(phase => (variant.Name, phase.Name))).Order(),
            spans.Where(span => span.Name.StartsWith("phase ", StringComparison.Ordinal)).Select(span =>
                (ReceivedMetrics.Read(span.Attributes)["loadlab.variant"], span.Name["phase ".Length..])).Order());
    }

    private static (RunDocument Run, Called Called) Run(Dictionary<string, string> environment, TemporaryFolder folder, params string[] arguments)
    {
        string[] scenario = arguments is [var first, ..] && first.Contains('/', StringComparison.Ordinal) ? [] : ["accept-queue/backlog-overflow"];
        var called = Launcher.Run(environment, ["run", .. scenario, .. arguments, "--out", folder.Path, "--json"]);
        Assert.DoesNotContain("telemetry", called.Error, StringComparison.Ordinal);
        return (JsonSerializer.Deserialize(called.Output, ModelJson.Default.RunDocument) ?? throw new InvalidDataException(called.ToString()), called);
    }

    private static List<Observation> ObservationsUntilTheLastPhaseEnded(string results, RunDocument run)
    {
        var seen = new List<Observation>();
        foreach (var line in File.ReadLines(Path.Combine(results, "observations.jsonl")))
        {
            seen.Add(JsonSerializer.Deserialize(line, ModelJson.Default.Observation)!);
            if (seen[^1] is PhaseEnded ended && ended.Phase == run.Variants[0].Phases[^1].Name)
            {
                break;
            }
        }

        return seen;
    }

    // OpenTelemetry's clock has ticks of 100 ns.
    private static long Tenths(double seconds) => (long)Math.Round(seconds * 1e9) / 100;

    private static string Convention(string state) => state switch
    {
        "SYN-RECV" => "syn_received",
        "CLOSE" => "closed",
        _ => state.ToLowerInvariant().Replace('-', '_'),
    };
}
