namespace LoadLab.Scenarios.Tests;

public sealed class SettingTests
{
    private const string Yaml = "claim: x\nserver: {backlog: 4}\nphases: [load, {name: late, hold: 2s}, {name: big, sysctl: {net.core.somaxconn: 8}}]\n";

    [Fact]
    public void SettingReplacesAValueOfTheFile() => Assert.Equal(7, Given.Scenario(Yaml, ("server.backlog", "7")).Base.Server.Backlog);

    [Fact]
    public void SettingAddsWhatTheFileDoesNotHave()
    {
        var scenario = Given.Scenario(Yaml, ("sysctl.net.core.somaxconn", "5"), ("limits.server.nofile", "99"), ("sandbox", "host")).Base;
        Assert.Equal("5", scenario.Sysctls["net.core.somaxconn"]);
        Assert.Equal(99, scenario.ServerNofile);
        Assert.Equal(Model.SandboxKind.Host, scenario.Sandbox);
    }

    [Fact]
    public void SettingReachesIntoPhasesByTheirNames()
    {
        var scenario = Given.Scenario(Yaml, ("phases.late.hold", "3s"), ("phases.big.sysctl.net.core.somaxconn", "9")).Base;
        Assert.Equal(3, scenario.Phases[1].Hold.Seconds);
        Assert.Equal("9", Assert.IsType<Model.SysctlAction>(scenario.Phases[2].Action).Sysctls["net.core.somaxconn"]);
    }

    // 'knock' is what a phase of shipped scenarios was called.
    [Theory]
    [InlineData("new-clients")]
    [InlineData("connect")]
    public void AFormerNameOfAPhaseIsUnderstood(string now)
    {
        var scenario = Given.Scenario($"claim: x\nphases: [{{name: a, hold: 1s}}, {{name: {now}, hold: 1s}}]\n", ("phases.knock.hold", "3s")).Base;
        Assert.Equal([1, 3], scenario.Phases.Select(phase => phase.Hold.Seconds));
    }

    [Fact]
    public void SettingMayBeAWholeList() => Assert.Single(Given.Scenario(Yaml, ("phases", "[load]")).Base.Phases);

    [Fact]
    public void SettingHoldsInEveryVariant()
    {
        var declared = Given.Scenario("claim: x\nvariants: [{name: a, set: {hold: 1s}}, {name: b, set: {hold: 2s}}]\n", ("server.backlog", "7"));
        Assert.All(declared.Variants, variant => Assert.Equal(7, variant.Scenario.Server.Backlog));
        Assert.Equal([1, 2], declared.Variants.Select(variant => variant.Scenario.Hold.Seconds));
    }

    [Theory]
    [InlineData("server.backlog", "x", "--set server.backlog=x: server.backlog is 'x', but takes a whole number from -1 to 2147483647")]
    [InlineData("server.backlg", "7",
        "--set server.backlg=7: unknown key server.backlg; did you mean 'server.backlog', 'server.accept' or 'server.at-limit'?")]
    [InlineData("hold.x", "7", "--set hold.x=7: hold is a mapping, but takes a time with its unit of at most 1h, such as 500ms, 4s or 1.5m")]
    [InlineData("phases.lste.hold", "1s", "--set phases.lste.hold=1s: 'phases.lste.hold': the list has no element 'lste'; did you mean 'late'?")]
    [InlineData("", "7", "--set =7: a setting is NAME=VALUE, such as server.backlog=7 or sysctl.net.core.somaxconn=5")]
    public void ErrorNamesTheSetting(string name, string value, string says) =>
        Assert.Contains(Given.Errors(Yaml, (name, value)), error => error.ToString() == says);

    [Fact]
    public void TwoContradictingSettingsAreAnError() =>
        Assert.Contains("set twice", Assert.Single(Given.Errors(Yaml, ("hold", "1s"), ("hold", "2s"))).Text, StringComparison.Ordinal);

    [Fact]
    public void TheSameSettingTwiceIsNone() => Assert.Empty(Given.Errors(Yaml, ("hold", "1s"), ("hold", "1s")));

    [Fact]
    public void SettingThatAVariantAlsoSetsIsRefusedWithTheWayOut() =>
        Assert.Contains("add --variant a", Assert.Single(Given.Errors("claim: x\nvariants: [{name: a, set: {hold: 1s}}]\n", ("hold", "2s"))).Text,
            StringComparison.Ordinal);

    [Fact]
    public void SettingWinsOverAVariantThatRunsAlone()
    {
        const string Variants = "claim: x\nvariants: [{name: a, set: {hold: 1s, server.backlog: 3}}, {name: b, set: {hold: 3s}}]\n";
        var declared = ScenarioFile.Parse("x.yaml", "x", Variants, [("hold", "2s")], tuning: null, variant: "a").Value!;
        var (name, scenario) = Assert.Single(declared.Variants);
        Assert.Equal(("a", 2, 3), (name, scenario.Hold.Seconds, scenario.Server.Backlog));
    }

    [Theory]
    [InlineData("claim: x\nvariants: [{name: first, set: {hold: 1s}}]\n", "did you mean 'first'?")]
    [InlineData("claim: x\n", "this scenario has none")]
    public void UnknownVariantIsAnError(string yaml, string says) =>
        Assert.Contains(says, Assert.Single(ScenarioFile.Parse("x.yaml", "x", yaml, [], tuning: null, variant: "fist").Errors).Text, StringComparison.Ordinal);

    [Fact]
    public void TextIsSplitAtTheFirstEqualsSign()
    {
        Assert.True(ScenarioFile.TryParseSetting("a.b=c=d", out var setting));
        Assert.Equal(("a.b", "c=d"), setting);
        Assert.False(ScenarioFile.TryParseSetting("a.b", out _));
    }
}
