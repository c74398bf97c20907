using LoadLab.Model;

namespace LoadLab.Reporting.Tests;

public sealed class TextbookReportTests
{
    internal static readonly TextbookDocument Document = new()
    {
        Kernel = KernelVersion.Parse("6.18.44"),
        Sandbox = SandboxKind.Namespace,
        Started = DateTimeOffset.UnixEpoch,
        DurationS = 12.3,
        Claims =
        [
            Claim("tcp-session/closing", ClaimOutcome.Held),
            Claim("tcp-session/closing+ipv6", ClaimOutcome.Broken) with { Family = SocketFamily.Ipv6, Reason = "got 7 | not 11" },
            Claim("tcp-session/time-wait", ClaimOutcome.Nuanced) with { Nuance = "No sysctl shortens it." },
        ],
        States = ["FIN-WAIT-1", "CLOSING"],
        Transitions = [new StateTransition("FIN-WAIT-1", "CLOSING", "FIN")],
    };

    [Fact]
    public void TheConsoleSaysEachClaimItsOutcomeAndWhereTheProtocolsDiffer()
    {
        var text = Written(console => TextbookReport.Write(console, Document, "results/x"));
        Assert.Contains("3: 1 held, 1 held, with a nuance, 1 broken, in 12.3 s", text, StringComparison.Ordinal);
        Assert.Contains("nuance: No sysctl shortens it.", text, StringComparison.Ordinal);
        Assert.Contains("broken: got 7 | not 11", text, StringComparison.Ordinal);
        Assert.Contains("2 of 11 seen, 1 transitions", text, StringComparison.Ordinal);
        Assert.Contains("IPv4 and IPv6: 0 of 1 claims came out alike; 0 are over IPv4 only; the others:", text, StringComparison.Ordinal);
    }

    [Fact]
    public void MarkdownHasATableAChapterAndTheStatesAsADiagram()
    {
        var text = TextbookReport.Markdown(Document);
        Assert.Contains("## Active close\n", text, StringComparison.Ordinal);
        Assert.Contains("| Both close. `tcp-session/closing` | held | close(): CLOSING | sock\\_diag 2, packets 1 of 2 |", text, StringComparison.Ordinal);
        Assert.Contains("got 7 \\| not 11", text, StringComparison.Ordinal);
        Assert.Contains("```mermaid\nstateDiagram-v2\n", text, StringComparison.Ordinal);
        Assert.Contains("    FIN_WAIT_1 --> CLOSING : FIN\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void SeveralKernelsStandSideBySide()
    {
        var other = Document with { Kernel = KernelVersion.Parse("6.1.176"), Sandbox = SandboxKind.Kernel,
            Claims = [Claim("tcp-session/closing", ClaimOutcome.Inconclusive)] };
        var text = TextbookTable.Markdown([Document, other]);
        Assert.StartsWith("| claim | 6.18.44, namespace | 6.1.176, kernel |\n", text, StringComparison.Ordinal);
        Assert.Contains("| tcp-session/closing | held | inconclusive |\n", text, StringComparison.Ordinal);
        Assert.Contains("| tcp-session/time-wait | held, with a nuance |  |\n", text, StringComparison.Ordinal);
        Assert.Contains("Different: tcp-session/closing,", Written(console => TextbookTable.Write(console, [Document, other])), StringComparison.Ordinal);
        Assert.Contains("Each claim came out alike", Written(console => TextbookTable.Write(console, [Document, Document])), StringComparison.Ordinal);
    }

    [Fact]
    public void TheDocumentsWordsAreTheContracts()
    {
        var json = System.Text.Json.JsonSerializer.Serialize(Document, ModelJson.Default.TextbookDocument);
        Assert.Contains("\"outcome\":\"held, with a nuance\"", json, StringComparison.Ordinal);
        Assert.Contains("\"kernel\":\"6.18.44\"", json, StringComparison.Ordinal);
        Assert.Equal(Document.Claims.Select(claim => claim.Outcome),
            System.Text.Json.JsonSerializer.Deserialize(json, ModelJson.Default.TextbookDocument)!.Claims.Select(claim => claim.Outcome));
    }

    private static TextbookClaim Claim(string id, ClaimOutcome outcome) => new()
    {
        Id = id,
        Chapter = "Active close",
        Claim = "Both close.",
        Outcome = outcome,
        Witnesses = [new ClaimWitness("sock_diag", 2, 2), new ClaimWitness("packets", 2, 1)],
        Observed = "close(): CLOSING",
        Again = $"loadlab run {id}",
    };

    private static string Written(Action<Spectre.Console.IAnsiConsole> write)
    {
        using var writer = new StringWriter();
        write(ReportConsole.Create(writer, isTerminal: false, isPlain: false, width: 160));
        return writer.ToString();
    }
}
