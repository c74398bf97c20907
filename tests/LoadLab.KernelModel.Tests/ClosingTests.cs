using LoadLab.Model;

namespace LoadLab.KernelModel.Tests;

public sealed class ClosingTests
{
    [Fact]
    public void FinsThatCrossLeaveBothEndsInTimeWait()
    {
        // Seen on 6.18 with two processors: 2,035 ends of 2,000 connections.
        Phase[] phases = [new("load", new LoadAction(new SwarmSpec { Connections = 20, Then = ClientEnd.Close }, LoadUntil.Settled),
            Nanoseconds.FromMilliseconds(50))];
        var server = new ServerSpec { Backlog = 64, Accept = AcceptPolicy.Eager, Connection = ConnectionBehaviour.Close };
        var timeWait = Timing.Draws.Select(timing => Given.Run(server, phases, timing, ("net.ipv4.tcp_rfc1337", "1"), ("net.ipv4.tcp_tw_reuse", "0"))
            .Last.TimeWait).ToList();
        Assert.Equal((20, 40), (timeWait.Min(), timeWait.Max()));
    }

    [Fact]
    public void APortIsFreeWhereTheServerHasClosedFirstAndTheClientShutsDown()
    {
        Phase[] phases =
        [
            new("load", new LoadAction(new SwarmSpec { Connections = 20 }, LoadUntil.Settled), Nanoseconds.FromMilliseconds(50)),
            new("shut", new ClientsAction(ClientEnd.HalfClose, null), Nanoseconds.FromMilliseconds(50)),
        ];
        var server = new ServerSpec { Backlog = 64, Accept = AcceptPolicy.Eager, Connection = ConnectionBehaviour.Close };
        foreach (var timing in Timing.Draws)
        {
            var run = Given.Run(server, phases, timing);
            Assert.Equal((20, 0, 20), (run.Phases[0].ClientStates["CLOSE-WAIT"], run.Phases[0].TimeWait, run.Phases[0].ServerStates["FIN-WAIT-2"]));
            Assert.Equal((20, 20, 0), (run.Last.TimeWait, run.Last.Buckets, run.Last.ClientStates["FIN-WAIT-2"]));
            Assert.False(run.Last.ClientStates.ContainsKey("CLOSE-WAIT"));
        }
    }

    [Fact]
    public void AnEndThatItsClientResetsIsNoSocketAndAnOrphanInFinWait2IsABucket()
    {
        Phase[] phases =
        [
            new("load", new LoadAction(new SwarmSpec { Connections = 10 }, LoadUntil.Settled), Nanoseconds.FromMilliseconds(50)),
            new("reset", new ClientsAction(ClientEnd.Reset, 3), Nanoseconds.FromMilliseconds(50)),
            new("close", new ClientsAction(ClientEnd.Close, 2), Nanoseconds.FromMilliseconds(50)),
        ];
        var last = Given.Run(new ServerSpec { Backlog = 64, Accept = AcceptPolicy.Never }, phases, Timing.Prompt).Last;
        Assert.Equal((5, 2), (last.ClientStates["ESTABLISHED"], last.ClientStates["FIN-WAIT-2"]));
        Assert.Equal((5, 2), (last.ServerStates["ESTABLISHED"], last.ServerStates["CLOSE-WAIT"]));
        Assert.Equal((10, 2, 0), (last.Queues[0], last.Buckets, last.TimeWait));
    }
}
