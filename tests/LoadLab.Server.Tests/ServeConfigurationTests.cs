using LoadLab.Model;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace LoadLab.Server.Tests;

public class ServeConfigurationTests
{
    [Fact]
    public void EveryKeyReachesTheSpec()
    {
        var (spec, refusals) = Read(new()
        {
            ["Server:Address"] = "127.0.0.2",
            ["Server:Port"] = "8080",
            ["server:backlog"] = "7",
            ["Server:Listeners"] = "2",
            ["Server:ReusePort"] = "true",
            ["Server:Accept"] = "stalled 1s 500ms",
            ["Server:AcceptThreads"] = "3",
            ["Server:Connection"] = "discard",
            ["Server:DeferAccept"] = "30s",
            ["Server:UserTimeout"] = "1500ms",
            ["Server:Keepalive"] = "60s 10s 6",
        });

        Assert.Empty(refusals);
        Assert.Equal(
            new ServerSpec
            {
                Address = "127.0.0.2",
                Port = 8080,
                Backlog = 7,
                Listeners = 2,
                ReusePort = true,
                Accept = new AcceptPolicy(AcceptPolicyKind.Stalled, After: Nanoseconds.FromSeconds(1), For: Nanoseconds.FromMilliseconds(500)),
                AcceptThreads = 3,
                Connection = ConnectionBehaviour.Discard,
                DeferAccept = Nanoseconds.FromSeconds(30),
                UserTimeout = Nanoseconds.FromMilliseconds(1500),
                Keepalive = new Keepalive(Nanoseconds.FromSeconds(60), Nanoseconds.FromSeconds(10), 6),
            },
            spec);
    }

    [Fact]
    public void NothingConfiguredIsTheDefault() => Assert.Equal(new ServerSpec(), Read([]).Spec);

    [Fact]
    public void TheCommandLineWinsOverLoadLabVariablesAndTheseOverPlainOnesAndTheseOverTheFile()
    {
        var folder = Directory.CreateTempSubdirectory("loadlab-serve-");
        string[] names = ["LOADLAB_Server__Backlog", "LOADLAB_Server__Port", "Server__Backlog", "Server__Port", "Server__Listeners"];
        try
        {
            File.WriteAllText(
                Path.Combine(folder.FullName, "appsettings.json"),
                """{ "Server": { "Backlog": 1, "Port": 1, "Listeners": 1, "Connection": "close" } }""");
            foreach (var name in names)
            {
                Environment.SetEnvironmentVariable(name, name.StartsWith("LOADLAB", StringComparison.Ordinal) ? "3" : "2");
            }

            var builder = new ConfigurationBuilder().SetBasePath(folder.FullName);
            StandaloneConfiguration.AddSources(builder, "Production", ["--Server:Backlog", "4"]);
            var refusals = new List<string>();
            var spec = ServeConfiguration.Read(builder.Build(), refusals).Spec;

            Assert.Empty(refusals);
            Assert.Equal((4, 3, 2, ConnectionBehaviour.Close), (spec.Backlog, spec.Port, spec.Listeners, spec.Connection));
        }
        finally
        {
            Array.ForEach(names, name => Environment.SetEnvironmentVariable(name, null));
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("Server", "4", "Server is '4': it is a section, with the keys ")]
    [InlineData("Server:Backlog:Deep", "4", "Server:Backlog has no single value: allowed is ")]
    public void AWrongShapeIsRefused(string key, string value, string start) =>
        Assert.StartsWith(start, Assert.Single(Read(new() { [key] = value }).Refusals), StringComparison.Ordinal);

    private static (ServerSpec Spec, List<string> Refusals) Read(Dictionary<string, string?> values)
    {
        var refusals = new List<string>();
        return (ServeConfiguration.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build(), refusals).Spec, refusals);
    }
}
