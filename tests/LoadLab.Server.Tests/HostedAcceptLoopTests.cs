using System.Globalization;
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
        Assert.Empty(options.Refusals("x"));
        Assert.Equal(new ServerSpec { Backlog = 7, ReusePort = true, DeferAccept = Nanoseconds.FromSeconds(30) }, options.Spec);
    }

    // A value of each setting that is not its default: as a section has it, and as the property of the same name gives it back.
    public static TheoryData<string, string> Values => new()
    {
        { "Address", "127.0.0.2" }, { "Port", "8080" }, { "Backlog", "-1" }, { "Listeners", "2" }, { "ReusePort", "true" },
        { "Accept", "stalled 1s 500ms" }, { "AcceptThreads", "3" }, { "AtLimit", "pause 1s" }, { "Connection", "discard" },
        { "DeferAccept", "30s" }, { "UserTimeout", "1.5s" }, { "Keepalive", "60s 10s 6" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void ASectionAndAPropertySetTheSameSetting(string name, string text)
    {
        var bySection = new AcceptLoopOptions();
        bySection.Take(Section(new() { [$"Lab:Front:{name}"] = text }));
        Assert.Empty(bySection.Refusals("x"));
        Assert.NotEqual(new ServerSpec(), bySection.Spec);

        var property = typeof(AcceptLoopOptions).GetProperties().Single(one => name.Equals(one.Name, StringComparison.OrdinalIgnoreCase));
        var byProperty = new AcceptLoopOptions();
        property.SetValue(byProperty, Convert.ChangeType(text, property.PropertyType, CultureInfo.InvariantCulture));
        Assert.Equal(bySection.Spec, byProperty.Spec);
        Assert.Equal(property.GetValue(bySection), property.GetValue(byProperty));
        Assert.Equal(text, property.GetValue(byProperty)!.ToString(), ignoreCase: true);
    }

    [Fact]
    public void EverySettingOfAServerOnItsOwnIsTakenFromASectionAndHasAValueAbove() =>
        Assert.Equal(AcceptLoopOptions.Rows.Select(row => row.Option.Key.ToUpperInvariant()).Order(),
            Values.Select(row => row.Data.Item1.ToUpperInvariant()).Order());

    [Fact]
    public void AValueThatIsNotAllowedIsGivenBackAndNamed()
    {
        var options = new AcceptLoopOptions { Port = 70_000, Accept = "soon" };
        Assert.Equal((70_000, "soon"), (options.Port, options.Accept));
        Assert.Equal(
            [
                "x:Port is '70000': allowed is a whole number from 0 to 65535",
                $"x:Accept is 'soon': allowed is {ServerSettings.Accept.WordsAlone}",
            ],
            options.Refusals("x"));
        options.Port = 80;
        options.Accept = "never";
        Assert.Empty(options.Refusals("x"));
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
