using LoadLab.Model;
using LoadLab.Scenarios;

namespace LoadLab.Planning.Tests;

public sealed class SessionTests
{
    private const string Start = "claim: x\nsession:\n  - {call: socket, as: server}\n";

    private static readonly ScenarioCatalog Catalog = new(Given.ScenarioRoot);

    [Fact]
    public void AStepsExpectationsAreEachAnExpectationWithItsWitnesses()
    {
        var plan = Given.Plan(
            """
            claim: x
            kernel-source: net/ipv4/tcp.c tcp_close
            session:
              - {call: socket, as: server}
              - {call: bind, on: server, returns: 7000}
              - {call: peer, on: peer, to: server, send: syn, states: {server: LISTEN, other.peer: SYN-RECV}, packets: "peer SYN, server SYN-ACK",
                 counters: {TcpExt.ListenDrops: 0}}
            """,
            Given.Host618);
        var expectations = plan.Variants[0].Expectations.ToDictionary(one => one.Id);
        Assert.Equal(
            ["socket.errno", "bind.errno", "bind.returns", "peer.state-other.peer", "peer.state-server", "peer.packets", "peer.packets-peer-SYN",
                "peer.packets-server-SYN-ACK", "peer.counter-TcpExt.ListenDrops"],
            expectations.Keys);
        Assert.Equal(["session.some.peer.diag.server", "session.some.peer.proc.server", "session.some.peer.info.server"],
            expectations["peer.state-server"].Witnesses.Select(witness => witness.ToString()));

        // The kernel's end of a peer's connection has no descriptor before accept().
        Assert.Equal(["session.some.peer.diag.other.peer", "session.some.peer.proc.other.peer"],
            expectations["peer.state-other.peer"].Witnesses.Select(witness => witness.ToString()));
        Assert.Equal((PredictedRange.Exactly(3), "state"), (expectations["peer.state-other.peer"].Predicted, expectations["peer.state-other.peer"].Unit));
        Assert.Equal(PredictedRange.Exactly(2), expectations["peer.packets"].Predicted);
        Assert.All(expectations.Values, one => Assert.Equal("net/ipv4/tcp.c tcp_close", one.KernelSource));
        Assert.All(expectations.Values, one => Assert.True(one.DependsOnTime));
    }

    [Fact]
    public void ASessionHasNoServerAndNoClients()
    {
        var plan = Given.Plan(Start, Given.Host618);
        Assert.True(plan.Variants[0].Declared.IsSession);
        Assert.Equal(0, plan.Variants[0].Workers);
    }

    [Fact]
    public void ADescriptorThatIsClosedIsAskedNoMore()
    {
        var plan = Given.Plan(Start + "  - {call: close, on: server, states: {server: CLOSE}}\n", Given.Host618);
        Assert.DoesNotContain(plan.Variants[0].Expectations.SelectMany(one => one.Witnesses), witness => witness.First.Witness == SessionWitnesses.Info);
    }

    [Fact]
    public void StepsWithoutANameAreNumbered()
    {
        var action = (SessionAction)Given.Scenario(Start + "  - {call: socket, as: client}\n  - {call: wait}\n").Base.Phases[0].Action;
        Assert.Equal(["socket", "socket-2", "wait"], action.Sessions[0].Steps.Select(step => step.Name));
    }

    [Theory]
    [InlineData("  - {call: bind}\n", "on is missing")]
    [InlineData("  - {call: bind, on: servr}\n", "no step before it makes a socket 'servr'; did you mean 'server'")]
    [InlineData("  - {call: socket}\n", "as is missing")]
    [InlineData("  - {call: connect, on: server, to: nobody}\n", "no step before it makes 'nobody'")]
    [InlineData("  - {call: returned, of: accept}\n", "has blocks: true")]
    [InlineData("  - {call: sysctl, sysctl: net.ipv4.tcp_fin_timeout}\n", "say NAME=VALUE")]
    [InlineData("  - {call: listen, on: server, states: {server: LISTENING}}\n", "LISTENING")]
    [InlineData("  - {call: listen, on: server, states: {client: LISTEN}}\n", "'client' is none")]
    [InlineData("  - {call: peer, on: p, send: syn, states: {p: SYN-RECV}}\n", "the kernel's end of a peer's connection is other.p")]
    [InlineData("  - {call: listn, on: server}\n", "did you mean 'listen'")]
    [InlineData("  - {call: recv, on: server, errno: EWOULDBLOC}\n", "the name of an errno")]
    [InlineData("  - {call: listen, on: server, name: socket}\n", "the second step called 'socket'")]
    [InlineData("  - {call: recv, on: server, flags: peak}\n", "peek")]
    [InlineData("phases: [hold]\n", "contradict each other")]
    public void WhatContradictsItselfIsRefusedWithItsPlace(string steps, string says) =>
        Assert.Contains(Given.Errors(Start + steps), error => error.Text.Contains(says, StringComparison.Ordinal) && error.Line > 1);

    [Fact]
    public void TheBookHasEachClaimOnceAndEachSessionIsInIt()
    {
        var claims = Book.Load(Path.Combine(Given.ScenarioRoot, "textbook.yaml")).Value!.SelectMany(chapter => chapter.Claims).ToList();
        Assert.Equal(claims.Count, claims.Distinct().Count());
        Assert.All(claims, claim => Assert.Contains(claim, Catalog.Names));
        Assert.All(Catalog.Names.Where(name => name.StartsWith("tcp-session/", StringComparison.Ordinal)
            || name.StartsWith("limits/", StringComparison.Ordinal)), name => Assert.Contains(name, claims));
    }

    [Fact]
    public void TheBookExpectsEachOfTheElevenStates()
    {
        var sessions = Catalog.Names.Select(name => ScenarioFile.Load(Catalog.Resolve(name).Value!.Path, name, []).Value!.Base)
            .Where(scenario => scenario.IsSession).Select(scenario => ((SessionAction)scenario.Phases[0].Action).Sessions[0]);
        var states = sessions.SelectMany(session => session.Steps).SelectMany(step => step.States.Values).ToHashSet();
        Assert.Empty(TcpStateNames.All.Except(states));
    }

    [Theory]
    [InlineData("claims: []\n", "chapters is missing")]
    [InlineData("chapters:\n  - name: x\n", "claims is missing")]
    [InlineData("chapters:\n  - {name: x, claims: y}\n", "takes a list of names")]
    public void ABookThatIsNoneIsRefused(string text, string says)
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, text);
        Assert.Contains(Book.Load(path).Errors, error => error.Text.Contains(says, StringComparison.Ordinal));
        File.Delete(path);
    }

    [Fact]
    public void OverIpv6TheSessionAndItsWitnessesHaveNamesOfTheirOwn()
    {
        var plan = SessionsPlan.Over(Given.Plan(Start, Given.Host618), SocketFamily.Ipv6);
        Assert.Equal(("some+ipv6", SocketFamily.Ipv6), (SessionsPlan.SessionOf(plan).Name, SessionsPlan.SessionOf(plan).Family));
        Assert.All(plan.Variants[0].Expectations.SelectMany(one => one.Witnesses),
            witness => Assert.StartsWith("session.some+ipv6.", witness.ToString(), StringComparison.Ordinal));
        var together = SessionsPlan.Together([Given.Plan(Start, Given.Host618), plan], "textbook", "loadlab textbook");
        Assert.Equal(["some:socket.errno", "some+ipv6:socket.errno"], together.Variants[0].Expectations.Select(one => one.Id));
        Assert.True(((SessionAction)together.Variants[0].Declared.Phases[0].Action).InNamespacesOfTheirOwn);
    }

    // Seen: eight claims broken, since the SYN-ACK is not retransmitted with tcp_synack_retries 0.
    [Theory]
    [InlineData("0", "and here net.ipv4.tcp_synack_retries is 0")]
    [InlineData("5", null)]
    public void ASessionsClaimsAreStatedForTheKernelsOwnSysctls(string value, string? doubt)
    {
        var host = Given.Host618 with
        {
            SysctlsUntouched = Given.Host618.SysctlsUntouched.SetItem("net.ipv4.tcp_synack_retries", "5"),
        };
        var text = File.ReadAllText(Path.Combine(Given.ScenarioRoot, "tcp-session/accept-queue-full.yaml"));
        Assert.All(Given.Plan(text, host, ("sysctl.net.ipv4.tcp_synack_retries", value)).Variants[0].Expectations,
            one => Assert.Equal(doubt, one.NotAsStated?[one.NotAsStated.IndexOf("and here", StringComparison.Ordinal)..]));
    }
}
