namespace LoadLab.Scenarios.Tests;

public sealed class MisshapenYamlTests
{
    [Theory]
    [InlineData("claim: x\nserver: {backlog: 4\nswarm:\n  connections: 3\n")]
    [InlineData("a: {b: 4\nc: d")]
    [InlineData("a: [b\nc: {d: e}\n")]
    [InlineData("a: [b: c\nd: e\n")]
    [InlineData("x: [a\n- b\n")]
    [InlineData("a: ]")]
    [InlineData("}")]
    [InlineData("a: \"")]
    [InlineData("a: {b: [c}")]
    [InlineData("a: &")]
    [InlineData("%YAML 9.9\n---\na: b")]
    [InlineData("a:\n\t- b")]
    public void BracketsAndQuotesThatDoNotMatchAreASentence(string text)
    {
        var error = Assert.Single(Given.Errors(text));
        Assert.Contains("well-formed YAML", error.Text, StringComparison.Ordinal);
        Assert.True(error.Line >= 1, error.ToString());
        Assert.NotEmpty(Given.Errors("claim: x", ("server", text)));
    }
}
