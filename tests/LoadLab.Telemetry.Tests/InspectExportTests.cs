using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LoadLab.Cli.Tests;

namespace LoadLab.Telemetry.Tests;

/// <summary><c>inspect --watch</c> against a receiver, about listeners of this process.</summary>
public sealed class InspectExportTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task AFullQueueIsExportedAsFiguresAndAsEvents()
    {
        Assert.SkipUnless(Host.HearsInterrupts, Host.Deaf);
        await using var receiver = await OtlpReceiver.StartAsync();
        var environment = receiver.Environment("http/protobuf");
        using var listener = Listening(4);
        using var watch = Watching.Start(environment, "inspect", "--watch", "--otlp", "--every", "200ms", "--pid", $"{Environment.ProcessId}");
        var greeting = await watch.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.Equal($"watching the listeners of this network namespace every 200 ms: OTLP to {environment["OTEL_EXPORTER_OTLP_ENDPOINT"]}; Ctrl-C ends it",
            greeting);
        var address = listener.LocalEndPoint!.ToString()!;
        Assert.True(SpinWait.SpinUntil(() => Of(receiver, "loadlab.server.accept_queue.limit", address) == 4, Patience), "the listener was not told");
        Assert.Equal(0, Of(receiver, "loadlab.server.accept_queue.usage", address));

        var clients = Enumerable.Range(0, 20).Select(_ => Connecting(listener)).ToList();
        Assert.True(SpinWait.SpinUntil(() => Of(receiver, "loadlab.server.accept_queue.usage", address) == 5, Patience), "the full queue was not told");
        Assert.True(SpinWait.SpinUntil(() => Records(receiver)
            .Any(record => record.Contains($"{address} accept queue: The accept queue is full now, 5 of 5", StringComparison.Ordinal)), Patience),
                string.Join('\n', Records(receiver)));
        Assert.True(SpinWait.SpinUntil(() => Records(receiver).Any(record => record.StartsWith("listener-drops: " + address, StringComparison.Ordinal)),
            Patience), string.Join('\n', Records(receiver)));

        var metrics = new ReceivedMetrics(receiver);
        Assert.True(metrics.Sum("loadlab.server.listen.drops", ("loadlab.listener", address)) > 0, "no drops");
        Assert.True(metrics.Sum("loadlab.tcp.counter", ("loadlab.tcp.counter.name", "TcpExt.ListenOverflows")) > 0, "no overflows");
        Assert.True(metrics.Sum("process.unix.file_descriptor.count", ("process.pid", $"{Environment.ProcessId}")) >= 20, "no descriptors");

        // The table of connections is walked less often where that takes long.
        Assert.True(SpinWait.SpinUntil(() => new ReceivedMetrics(receiver).Sum("loadlab.client.port.usage", ("loadlab.destination", address)) == 20,
            Patience), "the ports were not told");
        Assert.True(new ReceivedMetrics(receiver).Sum("system.network.connection.count", ("network.connection.state", "syn_sent")) >= 15, "no SYN-SENT");

        clients.ForEach(client => client.Dispose());
        for (var taken = 0; taken < 5; taken++)
        {
            (await listener.AcceptAsync(TestContext.Current.CancellationToken)).Dispose();
        }

        Assert.True(SpinWait.SpinUntil(() => Records(receiver)
            .Any(record => record.StartsWith($"accept-queue-filled: {address} accept queue: over, after ", StringComparison.Ordinal)), Patience),
                string.Join('\n', Records(receiver)));
        var words = watch.Interrupted();
        Assert.Contains($"{address} accept queue: The accept queue is full now, 5 of 5", words, StringComparison.Ordinal);
        Assert.Matches("watched for [0-9.]+ s: [0-9]+ looks, [0-9]+ listeners? at the end, [0-9]+ diagnos[ei]s; longest accept queue ", words);
        Assert.Empty(receiver.Traces);
    }

    [Fact]
    public async Task PrometheusGetsTheBusiestListenersAndIsToldHowManyAreLeftOut()
    {
        Assert.SkipUnless(Host.HearsInterrupts, Host.Deaf);
        var port = PrometheusTests.FreePort();
        using var busy = Listening(8);
        using var idle = Listening(8);
        using var client = Connecting(busy);
        Assert.True(busy.Poll(TimeSpan.FromSeconds(5), SelectMode.SelectRead), "no connection was queued");
        using var watch = Watching.Start([], "inspect", "--watch", "--prometheus", $":{port}", "--most", "1", "--every", "100ms");
        Assert.EndsWith($"Prometheus at http://127.0.0.1:{port}/metrics; Ctrl-C ends it",
            await watch.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Matches("[0-9]+ listeners: the 1 busiest are told, [0-9]+ are left out",
            await watch.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));

        // Others may be busier for a while: this machine has other work.
        var label = $"loadlab_listener=\"{busy.LocalEndPoint}\"";
        string text;
        do
        {
            text = await PrometheusTests.Fetch(port);
            Assert.InRange(text.Split('\n').Count(line => line.StartsWith("loadlab_server_accept_queue_usage{", StringComparison.Ordinal)), 0, 1);
        }
        while (!text.Contains(label, StringComparison.Ordinal));

        Assert.Equal((1, 8), (PrometheusTests.Value(text, "loadlab_server_accept_queue_usage", label), PrometheusTests.Value(text,
            "loadlab_server_accept_queue_limit", label)));
        _ = watch.Interrupted();
    }

    [Theory]
    [InlineData("--otlp: exports what a watch sees, so it needs --watch", "--otlp")]
    [InlineData("--prometheus: exports all listeners of this network namespace, so it goes without --port", "--watch", "--prometheus", ":9464", "--port", "80")]
    [InlineData("--every 10: takes a duration with a unit from 100ms to 1h, e.g. 10s", "--watch", "--otlp", "--every", "10")]
    [InlineData("--every 10s: the time between two looks of a watch, so it needs --watch", "--every", "10s")]
    [InlineData("--most 0: takes 1 to 65535", "--watch", "--otlp", "--most", "0")]
    [InlineData("--pid 1073741824: there is no such process in this pid namespace, or /proc hides it from this user", "--watch", "--otlp", "--pid",
        "1073741824")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT is 'collector': takes an address like http://127.0.0.1:4317; nothing is exported to it", "--watch", "--otlp",
        "collector")]
    public void WhatDoesNotGoTogetherIsASentence(string sentence, params string[] arguments)
    {
        var called = Launcher.Run(["inspect", .. arguments]);
        Assert.Equal(2, called.Exit);
        Assert.Contains($"loadlab: {sentence}\n", called.Error, StringComparison.Ordinal);
    }

    private static Socket Listening(int backlog)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(backlog);
        return listener;
    }

    private static Socket Connecting(Socket listener)
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        try
        {
            client.Connect(listener.LocalEndPoint!);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            // Its handshake goes on.
        }

        return client;
    }

    private static long? Of(OtlpReceiver receiver, string name, string listener) => new ReceivedMetrics(receiver).Sum(name, ("loadlab.listener", listener));

    private static List<string> Records(OtlpReceiver receiver) =>
        [.. receiver.Logs.SelectMany(one => one.ResourceLogs).SelectMany(one => one.ScopeLogs).SelectMany(one => one.LogRecords).Select(record =>
            record.Body.StringValue)];

    /// <summary>A watch, which ends with its test.</summary>
    private sealed class Watching(Process process) : IDisposable
    {
        public StreamReader StandardOutput => process.StandardOutput;

        public static Watching Start(Dictionary<string, string> environment, params string[] arguments) => new(Launcher.StartWith(environment, arguments));

        public string Interrupted()
        {
            using (var kill = Process.Start("kill", ["-INT", $"{process.Id}"]))
            {
                kill.WaitForExit();
            }

            var words = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, $"exit {process.ExitCode}: {process.StandardError.ReadToEnd()}");
            return words;
        }

        public void Dispose()
        {
            if (!process.HasExited)
            {
                process.Kill();
            }

            process.Dispose();
        }
    }
}
