namespace LoadLab.Scenarios.Tests.Settings;

public sealed class SettingDocumentsTests
{
    [Fact]
    public void ReferencePageIsMadeFromTheRows()
    {
        var path = Path.Combine(Given.Repository, "docs", "reference", "settings.md");

        // The way to make it again: LOADLAB_WRITE_DOCS=1 dotnet test tests/LoadLab.Scenarios.Tests
        if (Environment.GetEnvironmentVariable("LOADLAB_WRITE_DOCS") == "1")
        {
            File.WriteAllText(path, SettingReference.Text());
        }

        Assert.Equal(SettingReference.Text(), File.ReadAllText(path));
    }
}
