using System.Text.Json;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Cli.Tests;

/// <summary>The textbook on this kernel, as users run it.</summary>
public sealed class TextbookTests
{
    private static readonly ClaimOutcome[] AsToldOrElsewhere = [ClaimOutcome.Held, ClaimOutcome.Nuanced, ClaimOutcome.Skipped];

    // Alone: how long it takes is looked at.
    [SandboxFact(DisableParallelization = true)]
    public void EverySentenceHoldsOverBothProtocolsWithinAMinute()
    {
        using var folder = new TemporaryFolder();
        var before = Sysctl.Read("fs.file-max");
        var book = Document(Launcher.Run("textbook", "--family", "both", "--out", folder.Path, "--json"));
        var made = Assert.Single(Directory.GetDirectories(folder.Path, "*-textbook-*"));
        var claims = book.Claims.ToDictionary(claim => claim.Id);
        var runs = new[] { KernelSandboxTests.FullTable, KernelSandboxTests.HighestLimit }.ToDictionary(name => name, name => RunOf(made, name));

        // What a machine without time for it left open is asked again, alone.
        for (var again = 0; again < 2 && claims.Values.Where(claim => claim.Outcome == ClaimOutcome.Inconclusive).ToList() is { Count: > 0 } open; again++)
        {
            using var anew = new TemporaryFolder();
            string[] names = [.. open.Select(claim => claim.Id.Split('+')[0]).Distinct()];
            foreach (var claim in Document(Launcher.Run(["textbook", .. names, "--family", "both", "--out", anew.Path, "--json"])).Claims)
            {
                claims[claim.Id] = claim;
            }

            foreach (var name in names.Where(runs.ContainsKey))
            {
                runs[name] = RunOf(Assert.Single(Directory.GetDirectories(anew.Path, "*-textbook-*")), name);
            }
        }

        var others = claims.Values.Where(claim => !AsToldOrElsewhere.Contains(claim.Outcome)).Select(claim => $"{claim.Id}: {claim.Reason}").ToList();
        Assert.True(others.Count == 0, $"kernel {book.Kernel}: {string.Join('\n', others)}");
        Assert.Equal(before, Sysctl.Read("fs.file-max"));
        if (Host.HasKernel)
        {
            KernelSandboxTests.IsAFullTable(runs[KernelSandboxTests.FullTable]!);
            KernelSandboxTests.IsBoundedByTheKernel(runs[KernelSandboxTests.HighestLimit]!);
        }

        Assert.DoesNotContain(book.Claims, claim => claim is { Family: SocketFamily.Ipv6, Outcome: ClaimOutcome.Skipped }
            && System.Net.Sockets.Socket.OSSupportsIPv6);
        Assert.Equal(TcpStateNames.All, book.States);
        Assert.True(book.DurationS < 60, $"{book.DurationS} s");
        Assert.All(book.Claims.Where(claim => claim.Outcome != ClaimOutcome.Skipped),
            claim => Assert.True(claim.Witnesses.Length >= 2 && claim.Observed.Length > 0, claim.Id));
        Assert.All(book.Claims.Where(claim => claim.Outcome == ClaimOutcome.Skipped), claim => Assert.NotNull(claim.Reason));
        Assert.Contains("stateDiagram-v2", File.ReadAllText(Path.Combine(made, "textbook.md")), StringComparison.Ordinal);

        var beside = Launcher.Run("textbook", made, made);
        Assert.Equal(0, beside.Exit);
        Assert.Contains("Each claim came out alike on each of them.", beside.Output, StringComparison.Ordinal);
    }

    [SandboxFact]
    public void AnOrdinaryUserGetsTheSame()
    {
        Assert.SkipUnless(Host.CanBecomeNobody, "needs root to become nobody, a clone that nobody may read, and user namespaces for nobody");
        using var folder = new TemporaryFolder();
        var book = Document(Launcher.RunAsNobody(["textbook", "tcp-session/closing", "tcp-session/handshake", "--out", folder.Path, "--json"]));
        Assert.Equal(["tcp-session/handshake", "tcp-session/closing"], book.Claims.Select(claim => claim.Id));
        Assert.All(book.Claims, claim => Assert.Equal((ClaimOutcome.Held, null), (claim.Outcome, claim.Reason)));
    }

    [SandboxFact]
    public void AClaimAloneLeavesItsSegmentsInATrace()
    {
        using var folder = new TemporaryFolder();
        var called = Launcher.Run("run", "tcp-session/handshake", "--out", folder.Path, "--json");
        var run = Launcher.Document(called);
        Assert.True(run.Verdict == Outcome.Held, called.ToString());
        Assert.True(new FileInfo(Path.Combine(folder.Results, "trace.pcapng")).Length > 500);
        Assert.Contains(run.Findings, finding => finding is { Id: "connect.state-client", Observed: 1, Witnesses.Length: 3 });
    }

    [Theory]
    [InlineData("ESTABLISHED", Outcome.Held)]
    [InlineData("CLOSE", Outcome.Broken)]
    public void TheOtherEndHasItsStateAlsoWhereAcceptHasNamedIt(string state, Outcome outcome)
    {
        Assert.SkipUnless(Host.HasNamespaces, "needs namespaces (unshare), which this host forbids");
        using var folder = new TemporaryFolder();
        var file = folder.Write("other.yaml", $$$"""
            claim: accept() names the other end of the client's connection.
            session:
              - {call: socket, as: server}
              - {call: bind, on: server, port: 7000}
              - {call: listen, on: server}
              - {call: socket, as: client}
              - {call: connect, on: client, to: server}
              - {call: accept, on: server, as: connection, within: 100ms, states: {connection: ESTABLISHED, other.client: {{{state}}}}}
            """);
        var run = Launcher.Document(Launcher.Run("run", file, "--out", folder.Path, "--json"));

        // A harness that was delayed convicts nobody, and says so.
        for (var again = 0; again < 3 && run.Verdict == Outcome.Inconclusive; again++)
        {
            run = Launcher.Document(Launcher.Run("run", file, "--out", folder.Path, "--json"));
        }

        Assert.Equal(outcome, run.Verdict);
        Assert.Contains(run.Findings, finding => finding is { Claim: { } claim, Observed: 1 } && claim.StartsWith("other.client", StringComparison.Ordinal));
    }

    [SandboxFact]
    public void ASentenceThatIsNotTrueIsBroken()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("wrong.yaml",
            "claim: listen() connects\nsession:\n  - {call: socket, as: server}\n  - {call: bind, on: server}\n  - {call: listen, on: server, within: "
            + "100ms, states: {server: ESTABLISHED}}\n");
        var called = Launcher.Run("run", file, "--out", folder.Path, "--json");

        // A lab that was late convicts nobody, and says so.
        for (var again = 0; again < 3 && called.Exit == 3; again++)
        {
            called = Launcher.Run("run", file, "--out", folder.Path, "--json");
        }

        Assert.Equal(1, called.Exit);
        var broken = Assert.Single(Launcher.Document(called).Findings, finding => finding.Outcome == Outcome.Broken);
        Assert.Contains("wrong.yaml:5: expected session.wrong.listen.diag.server ESTABLISHED, got LISTEN", broken.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("is no claim of the textbook", "tcp-session/closin")]
    [InlineData("did you mean 'tcp-session/closing'?", "closing")]
    [InlineData("--family ipv5: takes ipv4, ipv6 or both", "--family", "ipv5")]
    [InlineData("--sandbox host: the textbook takes namespace or kernel", "--sandbox", "host")]
    public void WhatIsNoneOfItIsRefused(string words, params string[] arguments)
    {
        var called = Launcher.Run(["textbook", .. arguments]);
        Assert.Equal(2, called.Exit);
        Assert.Contains(words, called.Error, StringComparison.Ordinal);
    }

    private static RunDocument? RunOf(string book, string scenario) =>
        Directory.GetDirectories(book, $"*-{scenario.Replace('/', '-')}-*").SingleOrDefault() is { } folder
            ? JsonSerializer.Deserialize(File.ReadAllText(Path.Combine(folder, "run.json")), ModelJson.Default.RunDocument) : null;

    private static TextbookDocument Document(Called called)
    {
        try
        {
            return JsonSerializer.Deserialize(called.Output, ModelJson.Default.TextbookDocument)!;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"standard output is not one JSON document ({e.Message}); {called}", e);
        }
    }
}
