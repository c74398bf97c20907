using LoadLab.Judging.Sizing;
using LoadLab.Model;
using LoadLab.Runs;
using LoadLab.Runs.Sizing;

namespace LoadLab.Cli.Tests;

/// <summary>The answer of `loadlab size` in one sentence, for each way in which a search can end.</summary>
public sealed class SizingAnswerTests
{
    [Fact]
    public void AnIntervalNamesBothOfItsEnds() => Assert.Equal(
        "backlog 60 is enough and 33 is not; between them runs of one value differ, so the boundary is an interval.",
        Answer(value => value >= 60 ? Outcome.Held : value <= 40 ? Outcome.Broken : null));

    [Fact]
    public void AnExactBoundaryNamesBothSides() =>
        Assert.Equal("backlog 50 is enough, 49 is not.", Answer(value => value >= 50 ? Outcome.Held : Outcome.Broken));

    [Fact]
    public void WhereTheRangeEndsInTheNoiseTheAnswerSaysSo() => Assert.Equal(
        "backlog 20 is enough; at 0, where the range ends, runs differ.", Answer(value => value >= 20 ? Outcome.Held : null));

    [Fact]
    public void WhereNothingIsEnoughTheRangeIsNamed() => Assert.Equal("No backlog from 0 to 100 is enough.", Answer(_ => Outcome.Broken));

    [Fact]
    public void WhatWasRunUntilTheEndOfTheBudgetIsTold() => Assert.Equal(
        "Not finished: backlog 50 is enough and 49 is not, as far as was run.", Answer(value => value >= 50 ? Outcome.Held : Outcome.Broken, budget: 3));

    [Fact]
    public void WithoutAUsableRunNothingIsSaidOfAValue() => Assert.Equal("Not finished: no run could be used.", Answer(_ => Outcome.Inconclusive));

    // Null: every other run holds.
    private static string Answer(Func<long, Outcome?> outcome, int budget = 60)
    {
        Dictionary<long, int> runs = [];
        var search = new BoundarySearch(new SearchPlan(0, 100, budget) { Guess = 50 });
        while (search.Next is { } value)
        {
            var number = runs[value] = runs.GetValueOrDefault(value) + 1;
            search.Add(value, outcome(value) ?? (number % 2 == 0 ? Outcome.Held : Outcome.Broken));
        }

        var request = new SizeRequest(new RunRequest("", [], null, null, null), "server.backlog", new SizeRange(0, 100, ""), []) { Noun = "backlog" };
        return SizingAnswer.Of(request, search);
    }
}
