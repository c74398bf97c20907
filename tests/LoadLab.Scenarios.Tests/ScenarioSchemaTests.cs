using System.Text.Json;
using Json.Schema;

namespace LoadLab.Scenarios.Tests;

/// <summary>
/// What an editor with scenario.schema.json accepts the program accepts, and what one of them refuses the other does, too: by a validator that is not
/// LoadLab's.
/// </summary>
public sealed class ScenarioSchemaTests
{
    private static readonly JsonSchema Schema = JsonSchema.FromText(File.ReadAllText(Path.Combine(Given.ScenarioRoot, "scenario.schema.json")));

    public static TheoryData<string> Shipped => [.. new ScenarioCatalog(Given.ScenarioRoot).All.Select(scenario => scenario.Name)];

    public static TheoryData<string, string> Wrong => new()
    {
        { "no claim", "server: {backlog: 4}" },
        { "an unknown key", "claim: c\nbogus: 1" },
        { "an unknown key of a section", "claim: c\nserver: {backlgo: 4}" },
        { "an unknown key of an element", "claim: c\nexpect: [{claim: e, quantity: established, expectd: 4}]" },
        { "an expectation without a claim", "claim: c\nexpect: [{quantity: established, expected: 4}]" },
        { "a phase that does nothing known", "claim: c\nphases: [{name: p, jump: 3}]" },
        { "a variant without a name", "claim: c\nvariants: [{set: {server.backlog: 4}}]" },
        { "a number in place of a section", "claim: c\nserver: 5" },
        { "a list in place of a text", "claim: [a, b]" },
        { "a text in place of a list", "claim: c\nexpect: many" },
        { "a text in place of a number", "claim: c\nserver: {backlog: many}" },
        { "a text in place of a truth", "claim: c\ntrace: perhaps" },
        { "a number in place of a duration", "claim: c\nhold: soon" },
        { "a fraction in place of a whole number", "claim: c\nswarm: {connections: 2.5}" },
        { "a number that is too small", "claim: c\nswarm: {connections: -1}" },
        { "a backlog below -1", "claim: c\nserver: {backlog: -2}" },
        { "a number that is too large", "claim: c\nserver: {listeners: 100000}" },
        { "a word that is none", "claim: c\nserver: {accept: sometimes}" },
        { "a sandbox that is none", "claim: c\nsandbox: moon" },
        { "a text that is empty", "claim: ''" },
        { "a title of more than 60 characters", $"claim: c\ntitle: {new string('x', 61)}" },
    };

    public static TheoryData<string> Right =>
    [
        "claim: c",
        "claim: c\nphases: [{load: {connections: 3}}]",
        "claim: c\ntitle: t\nserver: {backlog: 4}\nexpect: [{claim: e, quantity: established, expected: 4}]",
        "claim: c\nserver: {backlog: -1, accept: never}\nswarm: {connections: 20}\nhold: 4s\ntrace: false\nsandbox: host",
    ];

    [Theory]
    [MemberData(nameof(Shipped))]
    public void AShippedScenarioIsValid(string name)
    {
        var yaml = File.ReadAllText(Path.Combine(Given.ScenarioRoot, $"{name}.yaml"));
        Assert.Empty(Refusals(yaml));
    }

    [Theory]
    [MemberData(nameof(Right))]
    public void WhatIsRightIsAcceptedByBoth(string yaml)
    {
        Assert.Empty(Given.Errors(yaml));
        Assert.Empty(Refusals(yaml));
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void WhatIsWrongIsRefusedByBoth(string what, string yaml)
    {
        Assert.True(!Given.Errors(yaml).IsEmpty, $"the program accepts {what}");
        Assert.True(Refusals(yaml).Count > 0, $"the schema accepts {what}");
    }

    [Fact]
    public void EachShippedScenarioOutsideTheTextbookHasATitleOfItsOwn()
    {
        var titles = new ScenarioCatalog(Given.ScenarioRoot).All
            .Where(scenario => !scenario.Name.StartsWith("limits/", StringComparison.Ordinal)
                && !scenario.Name.StartsWith("tcp-session/", StringComparison.Ordinal))
            .Select(scenario => (scenario.Name, ScenarioFile.Load(scenario.Path, scenario.Name, []).Value!.Base.Title))
            .ToList();
        Assert.NotEmpty(titles);
        Assert.DoesNotContain(titles, one => one.Title.Length == 0);
        Assert.Equal(titles.Count, titles.Select(one => one.Title).Distinct().Count());

        // 'loadlab list' has two spaces before the name and two after it.
        Assert.DoesNotContain(
            titles.GroupBy(one => one.Name[..one.Name.IndexOf('/', StringComparison.Ordinal)]),
            group => group.Max(one => one.Name.Length - group.Key.Length - 1) + 4 + group.Max(one => one.Title.Length) > 80);
    }

    private static List<string> Refusals(string yaml)
    {
        using var document = JsonDocument.Parse(YamlAsJson.Of(yaml)?.ToJsonString() ?? "null");
        var result = Schema.Evaluate(document.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        return result.IsValid
            ? []
            : [.. (result.Details ?? []).Where(detail => detail.Errors is not null)
                .Select(detail => $"{detail.InstanceLocation}: {string.Join("; ", detail.Errors!.Values)}"), "not valid"];
    }
}
