using LoadLab.Model;

namespace LoadLab.Judging.Tests.Quantities;

/// <summary>The reference pages say what the rows say, and each row says all that a person needs.</summary>
public sealed class QuantityDocumentsTests
{
    [Fact]
    public void ThePageOfQuantitiesIsTheOneThatTheRowsGive() => Same("quantities.md", QuantityReference.Quantities());

    [Fact]
    public void ThePageOfWitnessesIsTheOneThatTheRowsGive() => Same("witnesses.md", QuantityReference.Witnesses());

    [Fact]
    public void AQuantityIsWitnessedOrSaysWhyNot() => Assert.All(
        Model.Quantities.All, row => Assert.True(row.Witnesses.IsEmpty == row.NotWitnessed is not null,
            $"{row.Name}: witnesses, or why there are none, and not both"));

    [Fact]
    public void ARowSaysWhatItMeansAndWhereTheKernelKeepsIt()
    {
        Assert.All(Model.Quantities.All, row => Assert.True(row.Meaning.EndsWith('.') && row.KernelSource.Length > 0, row.Name));
        Assert.All(Model.Witnesses.All, row => Assert.True(row.Meaning.EndsWith('.') && row.KernelSource.Length > 0, row.Name));
    }

    [Fact]
    public void ANameIsOneRows()
    {
        Assert.Equal(Model.Quantities.All.Select(row => row.Name).Distinct(StringComparer.Ordinal), Model.Quantities.All.Select(row => row.Name));
        Assert.Equal(Model.Witnesses.All.Select(row => row.Name).Distinct(StringComparer.Ordinal), Model.Witnesses.All.Select(row => row.Name));
    }

    private static void Same(string file, string text)
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "LoadLab.sln")))
        {
            directory = directory.Parent!;
        }

        var path = Path.Combine(directory.FullName, "docs", "reference", file);
        if (Environment.GetEnvironmentVariable("LOADLAB_WRITE_DOCS") == "1")
        {
            File.WriteAllText(path, text);
        }

        Assert.Equal(text, File.ReadAllText(path));
    }
}
