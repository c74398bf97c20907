namespace LoadLab.Scenarios.Tests;

/// <summary>Which scenarios the words of a command line mean.</summary>
public sealed class ScenarioSelectionTests : IDisposable
{
    private static readonly ScenarioCatalog Catalog = new(Given.ScenarioRoot);
    private static readonly ScenarioSelection Selection = new(Catalog);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("loadlab-selection-");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("retransmit/*")]
    [InlineData("retransmit")]
    [InlineData("retransmit/")]
    [InlineData("retransmit/**")]
    public void APatternAndAFolderMeanAllThatIsInThem(string word) =>
        Assert.Equal(Catalog.Names.Where(name => name.StartsWith("retransmit/", StringComparison.Ordinal)), Names(word));

    [Fact]
    public void APatternMayLeaveTheFolderOpen() => Assert.Equal(
        Catalog.Names.Where(name => name.Split('/')[^1].StartsWith("syn-", StringComparison.Ordinal)), Names("**/syn-*"));

    [Fact]
    public void AllOfThemAreScenarios() => Assert.Equal(Catalog.Names, Names("**"));

    [Fact]
    public void AScenarioThatIsMeantTwiceIsThereOnceAndInTheOrderOfTheWords()
    {
        var file = Path.Combine(Given.ScenarioRoot, "limits", "somaxconn.yaml");
        Assert.Equal(["retransmit/syn-schedule", "limits/backlog-plus-one", "limits/ports-per-destination", "limits/somaxconn", "limits/syn-queue"],
            Names("retransmit/syn-schedule", "limits/*", "retransmit/syn-*edule", file));
    }

    [Fact]
    public void FilesOfAnyFolderAreFoundByFolderAndByPattern()
    {
        string[] made = [Write("a.yaml"), Write("b.yaml"), Write("below/c.yaml")];
        Write("notes.txt");
        Assert.Equal(made, Names(folder.FullName));
        Assert.Equal(made[..2], Names($"{folder.FullName}/*.yaml"));
        Assert.Equal(made[2..], Names($"{folder.FullName}/**/c*"));
    }

    [Theory]
    [InlineData(false, "accept-queue/backlog-overflow")]
    [InlineData(false, "no-such-scenario")]
    [InlineData(false, "")]
    [InlineData(true, "accept-queue/backlog-overflo*")]
    [InlineData(true, "accept-queue")]
    [InlineData(true, "limits/somaxconn", "limits/somaxconn")]
    public void ASuiteIsToldFromASingleScenarioByTheWordsAlone(bool several, params string[] words) => Assert.Equal(several, Selection.IsOfSeveral(words));

    [Fact]
    public void EveryWordThatMeansNothingIsAnErrorWithTheNearestNames()
    {
        var errors = Selection.Of(["acept-queue/*", "limits/somaxconn", "retransmit/syn-shedule", folder.FullName, "nothing"]).Errors;
        Assert.Equal(4, errors.Length);
        Assert.Contains("did you mean 'accept-queue/*'", Of("acept-queue/*"), StringComparison.Ordinal);
        Assert.Contains("did you mean 'retransmit/syn-schedule", Of("retransmit/syn-shedule"), StringComparison.Ordinal);
        Assert.Contains("no scenario file", Of(folder.FullName), StringComparison.Ordinal);
        Assert.Matches("did you mean '[^']+', '[^']+' or '[^']+'\\?", Of("nothing"));

        string Of(string word) => Assert.Single(errors, error => error.Path == word).Text;
    }

    private static IEnumerable<string> Names(params string[] words)
    {
        var found = Selection.Of(words);
        Assert.Empty(found.Errors);
        return found.Value!.Select(one => one.Name);
    }

    private string Write(string name)
    {
        var file = Path.Combine(folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, "claim: x\n");
        return file;
    }
}
