using NBomber.Contracts.Stats;

namespace LoadLab.NBomber.Tests;

public sealed class ErrnoStatsTests
{
    private static readonly ScenarioStats Stats = Of(ok: 90, [("EMFILE", 7), ("ETIMEDOUT", 3)]);

    [Fact]
    public void FailuresAreCountedByErrno()
    {
        Assert.Equal((7, 3, 0), (Stats.CountOf("EMFILE"), Stats.CountOf("ETIMEDOUT"), Stats.CountOf("ECONNREFUSED")));
        Assert.Equal(7.0, Stats.PercentOf("EMFILE"), 1e-9);
        Assert.Equal(0.0, Of(ok: 0, []).PercentOf("EMFILE"));
    }

    [Theory]
    [InlineData("EMFILES")]
    [InlineData("emfile")]
    [InlineData("")]
    public void AMisspeltErrnoIsRefused(string name) =>
        Assert.Contains("ETIMEDOUT", Assert.Throws<ArgumentException>(() => Stats.CountOf(name)).Message, StringComparison.Ordinal);

    [Fact]
    public void TheExampleOfTheDocumentIsTheOneThatIsCompiled()
    {
        static string Read(string file) => File.ReadAllText(Path.Combine(LoadLab.Tests.DotnetCommand.Root, file));
        var example = Read("scenarios/nbomber/ErrnoThresholds.cs");
        Assert.Contains($"```csharp\n{example}```\n", Read("docs/how-to/nbomber.md"), StringComparison.Ordinal);
        Assert.All(
            ["V5/LoadLab.NBomber.V5.csproj", "V6/LoadLab.NBomber.V6.csproj"],
            project => Assert.Contains("nbomber/ErrnoThresholds.cs", Read($"tests/NBomberContracts/{project}"), StringComparison.Ordinal));
    }

    private static ScenarioStats Of(int ok, (string Code, int Count)[] failed)
    {
        var latency = new LatencyStats(0, 0, 0, 0, 0, 0);
        var codes = failed.Select(one => new StatusCodeStats(one.Code, true, "", one.Count)).ToArray();
        return new ScenarioStats(
            "connect", new MeasurementStats(new RequestStats(ok, 0), latency, []),
            new MeasurementStats(new RequestStats(codes.Sum(code => code.Count), 0), latency, codes));
    }
}
