namespace LoadLab.Reporting.Tests;

/// <summary>Text in columns of any width, also one that a narrow terminal leaves nothing of.</summary>
public sealed class TextLinesTests
{
    [Theory]
    [InlineData(-2, "…", "")]
    [InlineData(0, "…", "")]
    [InlineData(1, "…", "a")]
    [InlineData(2, "…", "a…")]
    [InlineData(6, "…", "abcde…")]
    [InlineData(7, "…", "abcdefg")]
    [InlineData(2, "...", "ab")]
    [InlineData(4, "...", "a...")]
    public void ATextIsCutToAnyWidth(int width, string ellipsis, string expected) => Assert.Equal(expected, TextLines.Fit("abcdefg", width, ellipsis));
}
