namespace LoadLab.Model;

/// <summary>One thing that is wrong with a scenario, found before anything ran.</summary>
/// <param name="Path">The file, or <c>--set</c> for a value of the command line.</param>
/// <param name="Line">From 1; 0 when it has no line.</param>
/// <param name="Text">What is wrong, which value, what to do.</param>
public sealed record ScenarioError(string Path, int Line, string Text)
{
    /// <summary><c>file:line: sentence</c>: one line, whatever the file is called or holds.</summary>
    public override string ToString() => VisibleText.OfLine(Line > 0 ? $"{Path}:{Line}: {Text}" : $"{Path}: {Text}");
}
