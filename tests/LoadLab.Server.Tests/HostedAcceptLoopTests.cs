using System.Diagnostics;
using System.Net;
using LoadLab.Model;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace LoadLab.Server.Tests;

/// <summary>Accept loops in a Generic Host of a user's own.</summary>
public class HostedAcceptLoopTests
{
    [Fact]
    public async Task ALoopListensWithItsHostAndTellsWhatTheKernelSays()
    {
        using var host = await Started(services => services.AddAcceptLoop(options => (options.Backlog, options.Accept) = (4, "never")));
        var loop = host.Services.GetRequiredService<IAcceptLoop>();
        using var clients = new Clients(loop.EndPoint.Port, 20);

        Assert.Equal((IPAddress.Loopback, AcceptPolicy.Never), (loop.EndPoint.Address, loop.Policy));
        Eventually(() => loop.Read().Queue == 5);
        var counts = loop.Read();
        Assert.Equal((0, 5, 4), (counts.Accepted, counts.Queue, counts.Limit));
        Assert.True(Assert.Single(counts.Listeners).Drops > 0, "no packet was dropped by a full queue");

        await host.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(5, loop.Read().Queue);
        Assert.Throws<InvalidOperationException>(() => loop.Follow(AcceptPolicy.Eager));
    }

    [Fact]
    public async Task AnotherPolicyIsFollowedWhileItRuns()
    {
        using var host = await Started(services => services.AddAcceptLoop(options => (options.Accept, options.Backlog) = ("never", 64)));
        var loop = host.Services.GetRequiredService<IAcceptLoop>();
        using var clients = new Clients(loop.EndPoint.Port, 10);
        Eventually(() => loop.Read().Queue == 10);

        loop.Follow(AcceptPolicy.Eager);
        Eventually(() => loop.Read() is { Accepted: 10, Queue: 0 });

        loop.Follow(AcceptPolicy.Never);
        clients.Connect(loop.EndPoint.Port, 5);
        Eventually(() => loop.Read().Queue == 5);
        Assert.Equal(10, loop.Read().Accepted);

        Assert.True(AcceptPolicy.TryParse("paced 20/s", out var paced));
        var clock = Stopwatch.StartNew();
        loop.Follow(paced);
        Eventually(() => loop.Read().Accepted == 15);

        // The first is due at once, the fifth four intervals later.
        Assert.True(clock.ElapsedMilliseconds >= 195, $"five were accepted at 20/s within {clock.ElapsedMilliseconds} ms");
        Assert.Equal(paced, loop.Policy);
    }

    [Fact]
    public async Task NamedLoopsAreKeyedServicesOfTheirOwn()
    {
        using var host = await Started(services => services
            .AddAcceptLoop("front", options => options.Backlog = 7)
            .AddAcceptLoop("back", options => options.Backlog = 3)
            .AddAcceptLoop(options => options.Backlog = 5));
        var loops = new[] { host.Services.GetRequiredKeyedService<IAcceptLoop>("front"), host.Services.GetRequiredKeyedService<IAcceptLoop>("back"),
            host.Services.GetRequiredService<IAcceptLoop>() };

        Assert.Equal([7, 3, 5], loops.Select(loop => loop.Read().Limit));
        Assert.Equal(3, loops.Select(loop => loop.EndPoint.Port).Distinct().Count());
    }

    [Fact]
    public void ANameIsTakenOnce()
    {
        var services = new ServiceCollection().AddAcceptLoop("front", _ => { });
        Assert.StartsWith("an accept loop named 'front' has been added already",
            Assert.Throws<ArgumentException>(() => services.AddAcceptLoop("front", _ => { })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryBadOptionEndsTheStartWithASentence()
    {
        var thrown = await Assert.ThrowsAsync<OptionsValidationException>(() =>
            Started(services => services.AddAcceptLoop("front", options => (options.Port, options.Accept, options.Connection) = (70_000, "sometimes",
                "keep"))));
        Assert.Equal(
            [
                "AcceptLoopOptions 'front':Port is '70000': allowed is a whole number from 0 to 65535",
                $"AcceptLoopOptions 'front':Accept is 'sometimes': allowed is {AcceptPolicy.Forms}, times at most 1h",
                "AcceptLoopOptions 'front':Connection is 'keep': allowed is hold | echo | discard | close | reset",
            ],
            thrown.Failures);
    }

    [Fact]
    public async Task ASectionIsBoundWithTheFormsOfServeAndItsMistakesAreNamed()
    {
        var section = Section(new() { ["Lab:Front:Backlog"] = "7", ["Lab:Front:Accept"] = "paced 40/s", ["Lab:Front:Listeners"] = "2" });
        using (var host = await Started(services => services.AddAcceptLoop("front", section)))
        {
            var loop = host.Services.GetRequiredKeyedService<IAcceptLoop>("front");
            Assert.Equal((14, "paced 40/s", 2), (loop.Read().Limit, loop.Policy.ToString(), loop.Read().Listeners.Length));
        }

        var wrong = Section(new() { ["Lab:Front:Backlog"] = "many", ["Lab:Front:Backlogg"] = "7" });
        var thrown = await Assert.ThrowsAsync<OptionsValidationException>(() => Started(services => services.AddAcceptLoop("front", wrong)));
        Assert.Equal(
            [
                "Lab:Front:Backlog is 'many': allowed is a whole number from -1 to 2147483647",
                "Lab:Front:Backlogg is not a setting; did you mean 'Lab:Front:Backlog', 'Lab:Front:Accept' or 'Lab:Front:AtLimit'?",
            ],
            thrown.Failures);
    }

    [Fact]
    public void TheBinderOfDotNetFillsTheSameOptions()
    {
        var options = Section(new() { ["Lab:Front:Backlog"] = "7", ["Lab:Front:ReusePort"] = "true", ["Lab:Front:DeferAccept"] = "30s" })
            .Get<AcceptLoopOptions>()!;
        var refusals = new List<string>();
        var spec = AcceptLoopKey.Spec(options, "x", refusals);
        Assert.Empty(refusals);
        Assert.Equal(new ServerSpec { Backlog = 7, ReusePort = true, DeferAccept = Nanoseconds.FromSeconds(30) }, spec);
    }

    [Fact]
    public void EverySettingOfAServerOnItsOwnIsAnOptionOfTheSameName()
    {
        Assert.Equal(ServerSettings.Rows.Where(row => row.Verb == Role.Server), AcceptLoopKey.All.Select(key => key.Row));
        var properties = typeof(AcceptLoopOptions).GetProperties().Select(property => property.Name).ToList();
        Assert.Equal(AcceptLoopKey.All.Select(key => key.Name.ToUpperInvariant()).Order(), properties.Select(name => name.ToUpperInvariant()).Order());
    }

    [Fact]
    public void AServersSettingsAsOptionsAreTheSameServer()
    {
        var spec = new ServerSpec
        {
            Address = "127.0.0.2",
            Port = 8080,
            Backlog = -1,
            Listeners = 2,
            ReusePort = true,
            Accept = new AcceptPolicy(AcceptPolicyKind.Stalled, After: Nanoseconds.FromSeconds(1), For: Nanoseconds.FromMilliseconds(500)),
            AcceptThreads = 3,
            Connection = ConnectionBehaviour.Discard,
            DeferAccept = Nanoseconds.FromSeconds(30),
            UserTimeout = Nanoseconds.FromMilliseconds(1500),
            Keepalive = new Keepalive(Nanoseconds.FromSeconds(60), Nanoseconds.FromSeconds(10), 6),
        };
        foreach (var one in new[] { spec, new ServerSpec() })
        {
            var options = new AcceptLoopOptions();
            AcceptLoopKey.Fill(options, one);
            var refusals = new List<string>();
            Assert.Equal(one, AcceptLoopKey.Spec(options, "x", refusals));
            Assert.Empty(refusals);
        }
    }

    [Fact]
    public async Task ATakenPortEndsTheStartWithASentence()
    {
        using var first = await Started(services => services.AddAcceptLoop(_ => { }));
        var port = first.Services.GetRequiredService<IAcceptLoop>().EndPoint.Port;
        var thrown = await Assert.ThrowsAsync<AcceptLoopException>(() => Started(services => services.AddAcceptLoop(options => options.Port = port)));
        Assert.Equal($"port {port} of 127.0.0.1 is taken; who has it: ss -ltnp 'sport = :{port}'", thrown.Message);
    }

    [Fact]
    public void BeforeTheHostStartsThereIsNothingToRead()
    {
        var builder = Builder(services => services.AddAcceptLoop("front", _ => { }));
        using var host = builder.Build();
        var loop = host.Services.GetRequiredKeyedService<IAcceptLoop>("front");
        Assert.Contains("the accept loop 'front' does not listen", Assert.Throws<InvalidOperationException>(() => loop.EndPoint).Message,
            StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => loop.Read());
        Assert.Throws<InvalidOperationException>(() => loop.Follow(AcceptPolicy.Eager));
    }

    private static IConfigurationSection Section(Dictionary<string, string?> values) => new ConfigurationBuilder().AddInMemoryCollection(values).Build()
        .GetSection("Lab:Front");

    private static HostApplicationBuilder Builder(Action<IServiceCollection> add)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.ClearProviders();
        add(builder.Services);
        return builder;
    }

    private static async Task<IHost> Started(Action<IServiceCollection> add)
    {
        var host = Builder(add).Build();
        try
        {
            await host.StartAsync(TestContext.Current.CancellationToken);
            return host;
        }
        catch (Exception)
        {
            host.Dispose();
            throw;
        }
    }

    private static void Eventually(Func<bool> condition) =>
        Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(20)), $"not within 20 s on {Environment.OSVersion}");
}
