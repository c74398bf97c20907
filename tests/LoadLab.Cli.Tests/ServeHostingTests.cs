using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace LoadLab.Cli.Tests;

/// <summary><c>loadlab serve</c> as a service of a machine: its service manager, its logs.</summary>
public sealed class ServeHostingTests
{
    private const int Patience = 20_000;

    [Fact]
    public void ASystemdUnitIsReadyWhenItListensAndSaysWhenItStops()
    {
        using var folder = new TemporaryFolder();
        var address = Path.Combine(folder.Path, "notify");
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint(address));
        manager.ReceiveTimeout = Patience;

        // A unit's parent is a process of the name systemd: that is how the library knows.
        var systemd = Path.Combine(folder.Path, "systemd");
        File.Copy("/bin/sh", systemd);
        File.SetUnixFileMode(systemd, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        using var unit = Process.Start(new ProcessStartInfo(systemd, ["-c", "\"$1\" serve --port 0 & echo $!; wait $!; echo status $?", "sh", Launcher.Path])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            Environment = { ["NOTIFY_SOCKET"] = address },
        })!;
        var pid = unit.StandardOutput.ReadLine()!;
        Assert.Equal("READY=1", Received(manager));
        var greeting = unit.StandardOutput.ReadLine()!;
        Assert.StartsWith("listening on 127.0.0.1:", greeting, StringComparison.Ordinal);
        Signal("TERM", pid);
        Assert.Equal("STOPPING=1", Received(manager));
        var rest = unit.StandardOutput.ReadToEnd();
        unit.WaitForExit();
        Assert.EndsWith("status 0\n", rest, StringComparison.Ordinal);
        Assert.Contains("accepted 0, still open 0", rest, StringComparison.Ordinal);

        // The formatter of journald: the priority in front, no escape sequences.
        Assert.Contains("<6>LoadLab.Server.HostedAcceptLoop[1000] listening on 127.0.0.1:", unit.StandardError.ReadToEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void LogsAreJsonWhereTheConfigurationSaysSo(bool byArgument)
    {
        Dictionary<string, string> environment = byArgument ? [] : new() { ["Logging__Console__FormatterName"] = "json" };
        using var serving = Launcher.StartWith(environment, byArgument ? ["serve", "--Logging:Console:FormatterName=json"] : ["serve"]);
        _ = serving.StandardOutput.ReadLine();
        Signal("TERM", $"{serving.Id}");
        var lines = serving.StandardError.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        serving.WaitForExit();
        Assert.Equal(0, serving.ExitCode);
        Assert.Equal([1000, 1004], lines.Select(line => JsonDocument.Parse(line).RootElement).Select(record => record.GetProperty("EventId").GetInt32()));
        Assert.StartsWith("127.0.0.1", JsonDocument.Parse(lines[0]).RootElement.GetProperty("State").GetProperty("Address").GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void AFormatterThatThereIsNotIsASentence()
    {
        var called = Launcher.Run("serve", "--Logging:Console:FormatterName=xml");
        Assert.Equal((2, "Logging:Console:FormatterName is 'xml': allowed is simple, json, systemd\n"), (called.Exit, called.Error));
    }

    [Fact]
    public void AConsentPortThatIsTakenIsOneSentenceAndNothingIsServed()
    {
        // Not one of ip_local_port_range: the kernel could give the TCP port of the same number to another test.
        const int Port = 21_917;
        using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        udp.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, Port));
        var called = Launcher.Run("serve", "--port", $"{Port}");
        Assert.Equal((2, ""), (called.Exit, called.Output));
        Assert.StartsWith($"UDP port {Port} on 127.0.0.1, where swarms ask for consent, ",
            Assert.Single(called.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    private static string Received(Socket manager)
    {
        var buffer = new byte[256];
        return Encoding.UTF8.GetString(buffer, 0, manager.Receive(buffer));
    }

    private static void Signal(string signal, string pid)
    {
        using var kill = Process.Start("kill", [$"-{signal}", pid]);
        kill.WaitForExit();
    }
}
