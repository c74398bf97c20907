using System.Collections.Immutable;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Probe.Tests;

/// <summary>Sessions in network namespaces that their threads make: that takes CAP_SYS_ADMIN.</summary>
public sealed class SessionsWalkTests
{
    [Fact]
    public void TwoSessionsGoSideBySideOnOnePortAndEachSeesItsOwnSocketsAndSegments()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "making a network namespace for a thread takes CAP_SYS_ADMIN");
        var seen = Walk(Opening("one"), Opening("two"));
        Assert.All((string[])["one", "two"], name =>
        {
            var steps = seen.OfType<StepSeen>().Where(step => step.Session == name).ToList();
            Assert.Equal(["socket", "bind", "listen", "client", "connect", "accept", "close"], steps.Select(step => step.Step));
            Assert.All(steps, step => Assert.Equal(Errno.None, step.Errno));
            Assert.Equal(["client SYN", "server SYN-ACK", "client ACK"], steps.Single(step => step.Step == "connect").Packets);
            var sockets = steps.Single(step => step.Step == "accept").Sockets.ToDictionary(socket => socket.Name);
            Assert.Equal(("ESTABLISHED", "ESTABLISHED", "ESTABLISHED"),
                (sockets["connection"].Diag, sockets["other.client"].Diag, sockets["other.client"].Proc));
            Assert.Equal("FIN-WAIT-2", steps.Single(step => step.Step == "close").Sockets.Single(socket => socket.Name == "connection").Diag);
            Assert.Null(seen.OfType<SessionEnded>().Single(ended => ended.Session == name).Problem);
        });
    }

    [Fact]
    public void ASessionThatCannotGoOnSaysWhyAndTheOtherGoesOn()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "making a network namespace for a thread takes CAP_SYS_ADMIN");
        var lost = new Session("lost", SocketFamily.Ipv4, 7000, [new SessionStep { Name = "listen", Call = SessionCall.Listen, On = "nobody" }]);
        var ended = Walk(lost, Opening("one")).OfType<SessionEnded>().ToDictionary(one => one.Session);
        Assert.Contains("no step before it has made a socket 'nobody'", ended["lost"].Problem, StringComparison.Ordinal);
        Assert.Null(ended["one"].Problem);
    }

    private static List<Observation> Walk(params Session[] sessions)
    {
        List<Observation> seen = [];
        var command = new SessionsCommand(1, [.. sessions], InNamespacesOfTheirOwn: true, OwnNamespaces.Current, SandboxKind.Namespace);
        Assert.Null(new SessionsWalk(command, RunClock.StartNew(), observation =>
        {
            lock (seen)
            {
                seen.Add(observation);
            }
        }).Run());
        return seen;
    }

    private static Session Opening(string name) => new(name, SocketFamily.Ipv4, 7000,
    [
        new SessionStep { Name = "socket", Call = SessionCall.Socket, As = "server" },
        new SessionStep { Name = "bind", Call = SessionCall.Bind, On = "server" },
        new SessionStep { Name = "listen", Call = SessionCall.Listen, On = "server" },
        new SessionStep { Name = "client", Call = SessionCall.Socket, As = "client" },
        new SessionStep { Name = "connect", Call = SessionCall.Connect, On = "client", To = "server",
            Packets = ["client SYN", "server SYN-ACK", "client ACK"] },
        new SessionStep { Name = "accept", Call = SessionCall.Accept, On = "server", As = "connection" },
        new SessionStep { Name = "close", Call = SessionCall.Close, On = "connection",
            States = ImmutableSortedDictionary<string, string>.Empty.Add("connection", "FIN-WAIT-2") },
    ]);
}
