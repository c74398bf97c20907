using System.Text.RegularExpressions;
using LoadLab.Model;

namespace LoadLab.Scenarios.Tests;

public sealed partial class SandboxTraitsTests
{
    [Fact]
    public void EachKindHasARowOfItsOwn()
    {
        var rows = Enum.GetValues<SandboxKind>().Select(SandboxTraits.Of).ToList();
        Assert.Equal(rows.Count, rows.Distinct().Count());
        Assert.All(rows, row => Assert.NotEmpty(row.Needs));
        Assert.All(rows, row => Assert.Equal(row.IsMadeByRun, row.Sysctls is SysctlSetter.Run or SysctlSetter.RunOfNamespace));
        Assert.All(rows, row => Assert.True(row.IsMadeByRun || !row.HasOwnKernel));
    }

    [Fact]
    public void OnlyTheSandboxesAndTheirTraitsKnowAKind()
    {
        var source = Path.GetFullPath(Path.Combine(Given.ScenarioRoot, "..", "src"));
        var asking = Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/Sandboxes/", StringComparison.Ordinal)
                && Path.GetFileName(file) != "SandboxTraits.cs")
            .Where(file => KindByName().Matches(File.ReadAllText(file)).Any(match => Enum.TryParse<SandboxKind>(match.Groups["name"].Value, out _)))
            .Select(file => Path.GetRelativePath(source, file));
        Assert.Empty(asking);
    }

    [GeneratedRegex(@"SandboxKind\.(?<name>\w+)\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex KindByName();
}
