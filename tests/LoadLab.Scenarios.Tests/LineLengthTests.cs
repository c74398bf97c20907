namespace LoadLab.Scenarios.Tests;

/// <summary>Source lines have at most 160 characters; those of before this rule are counted, and may only become fewer.</summary>
public sealed class LineLengthTests
{
    private const int MostCharacters = 160;

    /// <summary>Longer lines that there are. Lower it when you have broken some; never raise it.</summary>
    private const int Allowance = 85;

    // So much may be broken before the allowance has to follow.
    private const int Slack = 60;

    [Fact]
    public void NoMoreLinesAreTooLongThanThereWere()
    {
        var found = new[] { "src", "tests" }.SelectMany(folder =>
            Directory.EnumerateFiles(Path.Combine(Given.Repository, folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .Sum(file => File.ReadLines(file).Count(line => line.Length > MostCharacters));
        Assert.True(found <= Allowance,
            $"{found} lines have more than {MostCharacters} characters, {found - Allowance} more than before: break those that you have added");
        Assert.True(found >= Allowance - Slack, $"{found} lines have more than {MostCharacters} characters: lower the allowance of {Allowance} to that");
    }
}
