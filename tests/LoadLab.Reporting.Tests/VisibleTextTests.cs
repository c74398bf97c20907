using System.Text.RegularExpressions;
using LoadLab.Model;
using Spectre.Console;

namespace LoadLab.Reporting.Tests;

/// <summary>What others wrote is shown, never acted on: no report has a control or format character of theirs in it.</summary>
public sealed class VisibleTextTests
{
    private const string Hostile = "a\u001b]0;title\u0007b\u001b[2Jc\u202ed\u2066e\u009bf\u007fg\u200bh\u2028i\rj\udb40\udc41k";
    private const string Shown = @"a\u001B]0;title\u0007b\u001B[2Jc\u202Ed\u2066e\u009Bf\u007Fg\u200Bh\u2028i\u000Dj\uDB40";

    [Fact]
    public void EveryControlAndFormatCharacterIsWrittenOut() => Assert.StartsWith(Shown, VisibleText.Of(Hostile), StringComparison.Ordinal);

    [Theory]
    [InlineData("plain text, two\nlines and a\ttab")]
    [InlineData("✓ größer 漢字 😀 é")]
    public void TextThatOnlyShowsItselfStays(string text) => Assert.Same(text, VisibleText.Of(text));

    [Fact]
    public void APieceOfASentenceBeginsNoLine() => Assert.Equal(@"x\u000Aloadlab: held\u0009y", VisibleText.OfLine("x\nloadlab: held\ty"));

    [Fact]
    public void AWriterHandsOnOnlyVisibleText()
    {
        using var inner = new StringWriter();
        using var writer = new VisibleWriter(inner) { NewLine = "\n" };
        writer.Write('\u001b');
        writer.Write(Hostile.ToCharArray());
        writer.WriteLine(Hostile);
        writer.Write($"{Hostile}");
        IsHarmless(inner.ToString());
        Assert.Contains(Shown, inner.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ReportDetail.Quiet)]
    [InlineData(ReportDetail.Brief)]
    [InlineData(ReportDetail.Witnesses)]
    [InlineData(ReportDetail.All)]
    public void AReportOnATerminalHasNoEscapeSequenceButItsOwn(ReportDetail detail)
    {
        using var drawn = new StringWriter();
        var console = Colourful(drawn);
        ConsoleReport.Write(console, Stored.Plan with { Command = Hostile }, HostileRun(), "results/\u001b[31mhere", detail);
        var own = Regex.Replace(drawn.ToString(), "\u001b\\[[0-9;]*m", "", RegexOptions.None, TimeSpan.FromSeconds(5));
        Assert.Equal(detail != ReportDetail.Quiet, drawn.ToString().Contains("\u001b[", StringComparison.Ordinal));
        IsHarmless(own.Replace("\r\n", "\n", StringComparison.Ordinal));
        Assert.Contains(@"\u001B]0;title", drawn.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ReportDetail.Quiet)]
    [InlineData(ReportDetail.Brief)]
    [InlineData(ReportDetail.All)]
    public void APlainReportHasNone(ReportDetail detail)
    {
        using var written = new StringWriter();
        ConsoleReport.Write(ReportConsole.Create(written, isTerminal: false, isPlain: false), Stored.Plan with { Command = Hostile }, HostileRun(), Hostile,
            detail);
        IsHarmless(written.ToString().Replace("\r\n", "\n", StringComparison.Ordinal));
    }

    [Fact]
    public void MarkdownHasNoneAndNoMarkupOfOthers()
    {
        var text = MarkdownReport.Of(Stored.Plan with { Command = Hostile }, HostileRun() with { Claim = $"{Hostile} <script> | `x` [y](z)" });
        IsHarmless(text);
        Assert.Contains(@"&lt;script> \| \`x\` \[y\](z)", text, StringComparison.Ordinal);
    }

    private static RunDocument HostileRun() => Stored.Run() with
    {
        Scenario = Hostile,
        Claim = Hostile,
        Summary = Hostile,
        Notes = [Hostile],
        Finished = false,
        Unfinished = Hostile,
        Findings = [Stored.Finding(Outcome.Broken, 4) with { Claim = Hostile, Unit = Hostile, Sentence = Hostile, Rule = Hostile,
            Witnesses = [new(Hostile, 4)] }],
    };

    private static IAnsiConsole Colourful(TextWriter writer)
    {
        var console = ReportConsole.Create(writer, isTerminal: true, isPlain: false, 80);
        console.Profile.Capabilities.Ansi = true;
        console.Profile.Capabilities.ColorSystem = ColorSystem.Standard;
        return console;
    }

    private static void IsHarmless(string text)
    {
        Assert.True(VisibleText.IsPlain(text), VisibleText.Of(text));
    }
}
