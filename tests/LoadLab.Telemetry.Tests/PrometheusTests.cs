using System.Net;
using System.Net.Sockets;
using LoadLab.Cli;
using LoadLab.Cli.Tests;

namespace LoadLab.Telemetry.Tests;

/// <summary>The endpoint for Prometheus, fetched by HTTP.</summary>
public sealed class PrometheusTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ServeIsFetchedWithItsQueues(bool byVariable)
    {
        var port = FreePort();
        using var serving = byVariable
            ? ServeProcess.Start(new() { ["OTEL_METRICS_EXPORTER"] = "prometheus", ["OTEL_EXPORTER_PROMETHEUS_PORT"] = $"{port}" }, "--backlog", "4",
                "--accept", "never")
            : ServeProcess.Start([], "--backlog", "4", "--accept", "never", "--prometheus", $":{port}");
        var clients = Launcher.Run("swarm", "--target", $"127.0.0.1:{serving.Port}", "--connections", "20", "--connect-timeout", "300ms", "--hold", "100ms");
        Assert.Contains("established  5 ", clients.Output, StringComparison.Ordinal);
        var text = await Fetch(port);
        _ = serving.Stop();

        Assert.Equal(5, Value(text, "loadlab_server_accept_queue_peak", "loadlab_listener=\"0\""));
        Assert.Equal(4, Value(text, "loadlab_server_accept_queue_limit", "loadlab_listener=\"0\""));
        Assert.Equal(0, Value(text, "loadlab_server_accepts_total"));
        Assert.Contains("# TYPE loadlab_server_accepts_total counter", text, StringComparison.Ordinal);
        Assert.Contains("# HELP loadlab_server_accept_queue_peak The longest accept queue in any look, a hundred a second.", text, StringComparison.Ordinal);

    }

    [Fact]
    public async Task NoOtherAddressIsListenedOn()
    {
        var port = FreePort();
        using var serving = ServeProcess.Start([], "--prometheus", $":{port}");
        Assert.Contains("target_info{", await Fetch(port), StringComparison.Ordinal);

        // A listener on every address would hold this one, too.
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), port));
        other.Listen();
        _ = serving.Stop();
    }

    [Fact]
    public void APortThatIsTakenIsOneSentenceAndNothingIsServed()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        var port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        var called = Launcher.Run("serve", "--prometheus", $":{port}");
        Assert.Equal((2, "",
            $"loadlab: --prometheus :{port}: no metrics for Prometheus on 127.0.0.1:{port}: it is taken; who has it: ss -ltnp 'sport = :{port}'\n"),
                (called.Exit, called.Output, called.Error));
    }

    [Theory]
    [InlineData(":9464", "127.0.0.1:9464", "127.0.0.1")]
    [InlineData("9464", "127.0.0.1:9464", "127.0.0.1")]
    [InlineData("10.1.2.3:80", "10.1.2.3:80", "10.1.2.3")]
    [InlineData("*:9464", "0.0.0.0:9464", "*")]
    [InlineData("0.0.0.0:9464", "0.0.0.0:9464", "*")]
    [InlineData("[::1]:9464", "[::1]:9464", "[::1]")]
    [InlineData("localhost:9464", "127.0.0.1:9464", "127.0.0.1")]
    public void AnAddressIsReadAsItIsWritten(string text, string address, string host)
    {
        var endpoint = PrometheusEndpoint.TryParse(text);
        Assert.Equal((address, host), (endpoint?.ToString(), endpoint?.Host));
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData(":0")]
    [InlineData(":65536")]
    [InlineData("example:9464")]
    [InlineData("127.0.0.1:http")]
    public void AnythingElseIsRefused(string text)
    {
        Assert.Null(PrometheusEndpoint.TryParse(text));
        var called = Launcher.Run("serve", "--prometheus", text);
        Assert.Equal(2, called.Exit);
        Assert.Contains($"--prometheus {text}: takes :PORT (of 127.0.0.1), ADDRESS:PORT, or *:PORT for every address of this host", called.Error,
            StringComparison.Ordinal);
    }

    /// <summary>A port that nobody listens on now.</summary>
    internal static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    /// <summary>What Prometheus would get.</summary>
    internal static async Task<string> Fetch(int port)
    {
        using var client = new HttpClient();
        return await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"), TestContext.Current.CancellationToken);
    }

    /// <summary>The value of the one series of a name with a label; null: none.</summary>
    internal static long? Value(string text, string name, string label = "")
    {
        var found = text.Split('\n').Where(line => line.StartsWith(name + "{", StringComparison.Ordinal) && line.Contains(label, StringComparison.Ordinal))
            .ToList();
        return found.Count == 0 ? null : long.Parse(Assert.Single(found).Split(' ')[^1]);
    }
}
