using LoadLab.Judging.Diagnoses;
using LoadLab.Model;

namespace LoadLab.Cli.Tests;

/// <summary>Each diagnosis provoked on this kernel, and a near miss in which it must stay silent.</summary>
public sealed class DiagnosisRunTests
{
    public static TheoryData<string> Ids => [.. LiveTable.Rows.Where(pair => pair.Value.WhyNot is null).Select(pair => pair.Key)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void ADiagnosisIsMadeWhereItIsTrueAndNotBesideIt(string id)
    {
        Assert.SkipUnless(Host.HasNamespaces, "needs namespaces (unshare), which this host forbids");
        var row = LiveTable.Rows[id];
        string[] situations = [.. new[] { row.Hit, row.Miss }.OfType<string>()];
        var missing = situations.Select(LiveSituations.Missing).OfType<string>().FirstOrDefault();
        Assert.SkipWhen(missing is not null, missing ?? "");
        Assert.All(situations, situation =>
        {
            // A machine that gives a situation no processor for a while makes another one of it: then it is made again.
            var isExpected = situation == row.Hit;
            var shown = LiveSituations.DiagnosesOf(situation);
            for (var again = 0; again < 2 && shown.Contains(id) != isExpected; again++)
            {
                shown = LiveSituations.Again(situation);
            }

            Assert.True(shown.Contains(id) == isExpected,
                $"{id} was {(isExpected ? "not made" : "made in its near miss")}: '{situation}' shows {string.Join(", ", shown)}");
        });
    }

    [Fact]
    public void EveryRowIsInTheTableAndEveryOneOfTheTableIsARow() =>
        Assert.Equal(DiagnosisCatalogue.All.Select(row => row.Id).Order(StringComparer.Ordinal), LiveTable.Rows.Keys);

    [Fact]
    public void EverySituationIsThereAndIsUsed()
    {
        var used = LiveTable.Rows.Values.SelectMany(row => new[] { row.Hit, row.Miss }).OfType<string>().ToHashSet();
        Assert.Empty(used.Except(LiveSituations.Names));
        Assert.Empty(LiveSituations.Names.Except(used).Except(["wrong port", "wrong other"]));
    }

    [Fact]
    public void ARowHasANearMissOrSaysWhyItCannotBeProvoked() => Assert.All(LiveTable.Rows, pair =>
        Assert.True(pair.Value.WhyNot is { Length: > 20 } ? pair.Value is { Hit: null, Shipped: null, Miss: null } : pair.Value.Miss is not null
            && (pair.Value.Hit is null) != (pair.Value.Shipped is null) && pair.Value.Miss != pair.Value.Hit, pair.Key));

    [Fact]
    public void AShippedScenarioThatProvokesARowIsRun() => Assert.Empty(
        LiveTable.Rows.Values.Select(row => row.Shipped).OfType<string>().Except(ScenarioRunTests.Shipped).Except([KernelSandboxTests.FullTable]));

    [Fact]
    public void OfOrphansFurtherApartThanTheirCountOnlyThoseBeyondTheLimitAreReset()
    {
        Assert.SkipUnless(Host.HasKernel, "needs User-Mode Linux (apt install user-mode-linux)");
        var run = LiveSituations.RunOf("kernel-orphans");
        Assert.All(run.Findings.Where(finding => finding.Id is "left" or "reset"), finding => Assert.NotEqual(Outcome.Broken, finding.Outcome));
        Assert.Contains("sockets that no process held any more were reset (TCPAbortOnMemory)", run.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void AHealthCheckIsNoDropAndARunThatStatesItIsToldWhatSkDropsCounts()
    {
        Assert.SkipUnless(Host.HasNamespaces, "needs namespaces (unshare), which this host forbids");
        var run = LiveSituations.RunOf("health-checks-and-overflow");
        Assert.StartsWith("15 SYNs met a full accept queue", run.Summary, StringComparison.Ordinal);
        Assert.Contains("3 half-open requests were reset by their clients. The listener's sk_drops counts them; no client lost anything.", run.Summary,
            StringComparison.Ordinal);
        Assert.Contains("tcp_listendrop", Assert.Single(run.Findings, finding => finding.Id == "checks").KernelSource, StringComparison.Ordinal);
    }
}
