using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using LoadLab.Cli.Tests;
using LoadLab.Model;

namespace LoadLab.Telemetry.Tests;

/// <summary>An endpoint that takes nothing costs a run nothing but one sentence.</summary>
public sealed class UnreachableEndpointTests
{
    [SandboxFact]
    public void AnEndpointThatRefusesIsOneSentence()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var called = Run(((IPEndPoint)taken.LocalEndPoint!).Port);
        Assert.Contains("Connection refused", Sentence(called), StringComparison.Ordinal);
    }

    [SandboxFact]
    public void AnEndpointThatNeverAnswersIsGivenUp()
    {
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        silent.Listen();
        var called = Run(((IPEndPoint)silent.LocalEndPoint!).Port);
        Assert.Contains("did not take everything within 5 s", Sentence(called), StringComparison.Ordinal);
    }

    [SandboxFact]
    public void AProtocolThatIsNotToBeHadIsOneSentence()
    {
        var called = Run(4318, ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json"));
        Assert.Contains("loadlab: OTEL_EXPORTER_OTLP_PROTOCOL is 'http/json': takes grpc or http/protobuf; nothing is exported by it\n", called.Error,
            StringComparison.Ordinal);
    }

    private static Called Run(int port, params (string Name, string Value)[] more)
    {
        using var folder = new TemporaryFolder();
        var environment = more.ToDictionary(pair => pair.Name, pair => pair.Value);
        environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{port}";
        var called = Launcher.Run(environment, "run", "accept-queue/backlog-overflow", "--set", "hold=200ms", "--out", folder.Path, "--json");
        var run = JsonSerializer.Deserialize(called.Output, ModelJson.Default.RunDocument)!;
        Assert.True(run.Verdict == Outcome.Held && called.Exit == 0, called.ToString());
        return called;
    }

    private static string Sentence(Called called) =>
        Assert.Single(called.Error.Split('\n'), line => line.StartsWith("loadlab: telemetry did not all reach http://127.0.0.1:", StringComparison.Ordinal));
}
