using LoadLab.Model;
using LoadLab.Scenarios;

namespace LoadLab.Planning.Tests;

public sealed class ShippedScenarioTests
{
    /// <summary>Those that need longer than the others, in seconds: the whole default range with a slow search, nine ways out of TIME-WAIT, and its
    /// minute.</summary>
    private static readonly Dictionary<string, double> Longer = new()
    {
        ["ephemeral-ports/exhaustion"] = 30,
        ["ephemeral-ports/slow-search"] = 30,
        ["ephemeral-ports/time-wait"] = 30,
        ["ephemeral-ports/time-wait-expires"] = 70,
    };

    public static TheoryData<string> Names => [.. Given.Catalog.Names];

    [Theory]
    [InlineData("retransmit/syn-schedule", "one two two-doubling", "one two")]
    [InlineData("retransmit/syn-options", "syn-count user-timeout user-timeout-short rto-max rto-max-of-all", "syn-count user-timeout user-timeout-short")]
    public void OldKernelsRunTheVariantsThatTheyHave(string name, string onNew, string onOld)
    {
        Assert.Equal(onNew.Split(' '), Plan(name, Given.Host618).Variants.Select(variant => variant.Name));
        Assert.Equal(onOld.Split(' '), Plan(name, Given.Host61).Variants.Select(variant => variant.Name));
    }

    [Theory]
    [InlineData("retransmit/data-schedule")]
    [InlineData("retransmit/fin-schedule")]
    public void CountsOfRetransmissionsDoNotHangOnTimersOrTheHandshake(string name) =>
        Assert.All(
            Plan(name, Given.Host618).Variants.SelectMany(variant => variant.Expectations)
                .Where(expectation => expectation.Id is "retransmits" or "retransmits-meanwhile" or "timeouts" or "timed-out" or "gone"
                    or "still-established" or "still-in-fin-wait-1"),
            expectation => Assert.True(expectation.Predicted.IsExact, $"{expectation.Place} {expectation.Predicted}"));

    [Theory]
    [MemberData(nameof(Names))]
    public void EachIsPlannedOnNewAndOldKernels(string name)
    {
        foreach (var host in (HostFacts[])[Given.Host618, Given.Host61])
        {
            var plan = Plan(name, host);
            Assert.All(plan.Variants, variant => Assert.NotEmpty(variant.Expectations));
            Assert.All(plan.Variants, variant => Assert.All(Settings.All, row => Assert.Null(row.Impossible(variant.Declared))));

            // A session waits for what the kernel does, which is done at once but where a timer has to run out.
            Assert.True((plan.Lasts.Seconds > 0.01 || plan.Variants.All(variant => variant.Declared.IsSession))
                && plan.Lasts.Seconds < Longer.GetValueOrDefault(name, 20), $"{name} lasts {plan.Lasts}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void EachTellsEditorsItsSchemaAndPeopleWhatHappensInTheKernel(string name)
    {
        var text = File.ReadAllText(Path.Combine(Given.ScenarioRoot, name + ".yaml"));
        Assert.StartsWith("# yaml-language-server: $schema=../scenario.schema.json\n", text, StringComparison.Ordinal);

        // A session of TCP names the kernel's function; every other scenario explains itself.
        Assert.Contains(name.StartsWith("tcp-session/", StringComparison.Ordinal) ? "\nkernel-source: " : "\nabout: ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void OverflowIsPredictedAsMeasuredWithinTheTimersFreedom()
    {
        var expectations = Plan("accept-queue/backlog-overflow", Given.Host618).Variants[0].Expectations;
        Assert.Equal(new PredictedRange(60, 75), Assert.Single(expectations, expectation => expectation.Id == "overflows").Predicted);
        Assert.Equal(PredictedRange.Exactly(5), Assert.Single(expectations, expectation => expectation.Id == "established").Predicted);
    }

    [Fact]
    public void OverflowOnAnOldKernelHasThreeSyns()
    {
        var expectations = Plan("accept-queue/backlog-overflow", Given.Host61).Variants[0].Expectations;
        Assert.Equal(PredictedRange.Exactly(45), Assert.Single(expectations, expectation => expectation.Id == "overflows").Predicted);
    }

    [Fact]
    public void OverflowTakesTheSettingsOfTheReadme()
    {
        var plan = Plan("accept-queue/backlog-overflow", Given.Host618, ("server.backlog", "7"), ("swarm.connections", "40"),
            ("sysctl.net.core.somaxconn", "5"));
        Assert.Equal(5, plan.Variants[0].LiveBacklog);
        Assert.Equal(6, plan.Variants[0].Capacity);
        Assert.Contains("backlog 7 asked, somaxconn 5, so live backlog 5", plan.Variants[0].Notes);
        Assert.Equal(PredictedRange.Exactly(34), plan.Predicted("waiting"));
    }

    [Fact]
    public void StalledAcceptFindsItsBacklogs()
    {
        var plan = Plan("accept-queue/stalled-accept", Given.Host618);
        Assert.Equal([8, 19, 18], plan.Variants.Select(variant => variant.Declared.Server.Backlog));
        Assert.Equal(PredictedRange.Exactly(0), plan.Predicted("drops", variant: 1));
        Assert.Equal(PredictedRange.Exactly(1), plan.Predicted("drops", variant: 2));
    }

    [Fact]
    public void HalfOpenRequestsExpireAsMeasured()
    {
        var plan = Plan("syn-queue/half-open-expires", Given.Host618);
        Assert.Equal([PredictedRange.Exactly(0), PredictedRange.Exactly(8)],
            Enumerable.Range(0, 2).Select(variant => plan.Predicted("syn-queue.half-open@old", variant)));
        Assert.Equal([3m, 7m], Enumerable.Range(0, 2).Select(variant => decimal.Floor(plan.Predicted("half-open.expires", variant).Low)));
    }

    [Fact]
    public void ListSaysWhatEachTakes()
    {
        ScenarioSummary[] list = [.. Given.Catalog.All.Select(ScenarioSummary.Of)];
        Assert.All(list, summary => Assert.Empty(summary.Errors));
        var clamps = Assert.Single(list, summary => summary.Name == "accept-queue/somaxconn-clamps-backlog");
        Assert.Equal("a network namespace (no root) that may set net.core.somaxconn", clamps.Needs);
        Assert.Equal(0.5, clamps.Lasts.Seconds, 1);
    }

    [Fact]
    public void NameAndPathFindTheSameScenario()
    {
        Assert.Equal("accept-queue/closed-clients-hold-slots", Given.Catalog.Resolve("accept-queue/closed-clients-hold-slots").Value!.Name);
        Assert.Equal("accept-queue/closed-clients-hold-slots",
            Given.Catalog.Resolve(Path.Combine(Given.ScenarioRoot, "accept-queue/closed-clients-hold-slots.yaml")).Value!.Name);
    }

    [Fact]
    public void UnknownNameGetsNearOnes()
    {
        Assert.Contains("accept-queue/closed-clients-hold-slots", Assert.Single(Given.Catalog.Resolve("accept-queue/closed-client-hold-slots").Errors).Text,
            StringComparison.Ordinal);
        Assert.Contains("accept-queue/closed-clients-hold-slots", Assert.Single(Given.Catalog.Resolve("closed-clients-hold-slots").Errors).Text,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("accept-queue/poisoned", "accept-queue/closed-clients-hold-slots")]
    [InlineData("poisoned", "accept-queue/closed-clients-hold-slots")]
    [InlineData("accept-queue/client-believes", "accept-queue/client-thinks-connected")]
    [InlineData("file-descriptors/so-many", "file-descriptors/fd-limit-for-connections")]
    [InlineData("tcp-session/nobody-answers", "tcp-session/no-host-answers")]
    public void AFormerNameIsAnsweredByTheNewOne(string former, string now)
    {
        var reference = Given.Catalog.Resolve(former).Value!;
        Assert.Equal(now, reference.Name);
        Assert.EndsWith(former, reference.FormerName, StringComparison.Ordinal);
        Assert.Null(Given.Catalog.Resolve(now).Value!.FormerName);
    }

    [Fact]
    public void AFormerNameIsNoted()
    {
        var reference = Given.Catalog.Resolve("poisoned").Value!;
        var declared = ScenarioFile.Load(reference.Path, reference.Name, []).Value! with { FormerName = reference.FormerName };
        Assert.Contains("accept-queue/poisoned is the former name of accept-queue/closed-clients-hold-slots",
            Planner.Plan(declared, Given.Host618, "").Value!.Variants[0].Notes);
    }

    [Fact]
    public void FileElsewhereHasItsPathAsName()
    {
        var path = Path.GetTempFileName();
        Assert.Equal(path, Given.Catalog.Resolve(path).Value!.Name);
        File.Delete(path);
    }

    private static Plan Plan(string name, HostFacts host, params (string Name, string Value)[] settings) => Given.Shipped(name, host, settings);
}
