using LoadLab.Model;

namespace LoadLab.Planning.Tests;

/// <summary>Plans of who runs one half of a run only.</summary>
public class StandalonePlanTests
{
    private static readonly SwarmSpec Clients = new() { Connections = 30, Then = ClientEnd.Reset, ConnectTimeout = Nanoseconds.FromSeconds(10) };

    [Fact]
    public void ASwarmSaysNothingOfTheServerAndNothingIsPredicted()
    {
        var variant = StandalonePlan.OfSwarm(Clients, "127.0.0.1:9000", "one", Given.Host618, "loadlab swarm").Variants[0];
        Assert.Equal(Role.Swarm, variant.Declared.OwnHalf);
        Assert.DoesNotContain(variant.Settings.Keys, name => name.StartsWith("server.", StringComparison.Ordinal)
            || name is "backlog" or "live_backlog" or "hold");
        Assert.Equal(("30", "127.0.0.1:9000"), (variant.Settings["swarm.connections"], variant.Settings[SwarmSettings.Target.Name]));
        Assert.Empty(variant.Expectations);
    }

    [Fact]
    public void AServerSaysNothingOfTheClients()
    {
        var variant = StandalonePlan.OfServer(new ServerSpec { Backlog = 7 }, Given.Host618, "loadlab serve").Variants[0];
        Assert.Equal((Role.Server, 7, 8), (variant.Declared.OwnHalf, variant.LiveBacklog, variant.Capacity));
        Assert.DoesNotContain(variant.Settings.Keys, name => name.StartsWith("swarm.", StringComparison.Ordinal));
    }

    [Fact]
    public void AToolThatPacesTheClientsHasToCountWhatTheyCount()
    {
        var plan = StandalonePlan.OfTool("NBomber", Clients, "127.0.0.1:9000", Given.Host618, "dotnet connect.dll");
        var variant = plan.Variants[0];
        Assert.Equal(("NBomber", "NBomber", Role.Swarm), (plan.Scenario, variant.Declared.Swarm.PacedBy, variant.Declared.OwnHalf));
        Assert.Equal<IEnumerable<string>>([["clients.established", "tool.ok"], ["clients.failed", "tool.failed"]],
            variant.Expectations.Select(one => one.Witnesses.Select(witness => witness.ToString())));
        Assert.All(variant.Expectations, one => Assert.True(one.WitnessesMustAgree));
        Assert.Equal(("reset", "10 s"), (variant.Settings["swarm.then"], variant.Settings["swarm.connect-timeout"]));
        Assert.DoesNotContain("swarm.shape", variant.Settings.Keys);
    }
}
