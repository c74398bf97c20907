using LoadLab.Judging.Sizing;
using LoadLab.Model;

namespace LoadLab.Judging.Tests.Sizing;

public sealed class BoundarySearchTests
{
    [Theory]
    [InlineData(1, 65535, 600, 600L)]
    [InlineData(1, 65535, 600, 599L)]
    [InlineData(1, 65535, 600, 601L)]
    [InlineData(1, 65535, 600, 640L)]
    [InlineData(1, 65535, 600, 550L)]
    [InlineData(1, 65535, 600, null)]
    [InlineData(0, 10, 10, 10L)]
    [InlineData(0, 10, 1, 1L)]
    public void ABoundaryIsFoundAndConfirmedWithinTheBudget(long low, long high, long boundary, long? guess)
    {
        var search = Run(new SearchPlan(low, high, 30) { Guess = guess }, value => value >= boundary);
        Assert.Equal((SizingEnd.Exact, boundary, boundary - 1), (search.End, search.Enough, search.NotEnough));
        Assert.Equal((5, 0), search.RunsOf(boundary));
        Assert.Equal((0, 5), search.RunsOf(boundary - 1));
        Assert.InRange(search.Runs, 10, 30);
    }

    [Fact]
    public void BothSidesAreRunInTurn()
    {
        List<long> asked = [];
        Run(new SearchPlan(0, 100, 30) { Guess = 50 }, value =>
        {
            asked.Add(value);
            return value >= 50;
        });
        Assert.Equal([50, 49, 50, 49, 50, 49, 50, 49, 50, 49], asked);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(40L)]
    public void WhereSmallerIsBetterTheGreatestIsFound(long? guess)
    {
        var search = Run(new SearchPlan(1, 100, 30) { Guess = guess, Falling = guess is not null }, value => value <= 40);
        Assert.True(search.Falling);
        Assert.Equal((SizingEnd.Exact, 40L, 41L), (search.End, search.Enough, search.NotEnough));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1L)]
    public void WhereTheWorstValueIsEnoughThereIsNothingBelow(long? guess)
    {
        var search = Run(new SearchPlan(1, 100, 30) { Guess = guess }, _ => true);
        Assert.Equal((SizingEnd.WholeRange, 1L, null), (search.End, search.Enough, search.NotEnough));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(50L)]
    public void WhereNothingIsEnoughTheBestValueHasFailedFiveTimes(long? guess)
    {
        var search = Run(new SearchPlan(1, 100, 30) { Guess = guess }, _ => false);
        Assert.Equal((SizingEnd.NotMet, null, 100L), (search.End, search.Enough, search.NotEnough));
        Assert.Equal((0, 5), search.RunsOf(100));
    }

    [Fact]
    public void WhereRunsOfOneValueDifferTheAnswerIsAnInterval()
    {
        var random = new Random(4);
        var search = Run(new SearchPlan(0, 1000, 60) { Guess = 500 }, value => value >= 503 || (value > 497 && random.Next(2) == 0));
        Assert.Equal(SizingEnd.Interval, search.End);
        Assert.InRange(search.NotEnough!.Value, 400, 500);
        Assert.InRange(search.Enough!.Value, 500, 600);
        Assert.Equal((5, 0), search.RunsOf(search.Enough.Value));
        Assert.Equal((0, 5), search.RunsOf(search.NotEnough.Value));
    }

    [Fact]
    public void AValueThatIsEnoughBelowOneThatIsNotIsReported()
    {
        var search = Run(new SearchPlan(0, 1000, 40) { Guess = 500, Probes = [800, 100] }, value => value is >= 500 and < 700);
        Assert.Equal(SizingEnd.NonMonotonic, search.End);
        Assert.Equal((500L, 800L), search.Inversion);
    }

    [Fact]
    public void OneOddRunOfAProbeIsNoInversion()
    {
        var odd = true;
        var search = Run(new SearchPlan(0, 1000, 40) { Guess = 500, Probes = [800] }, value =>
        {
            var holds = value >= 500 && !(value == 800 && odd);
            odd = value != 800 && odd;
            return holds;
        });
        Assert.NotEqual(SizingEnd.NonMonotonic, search.End);
    }

    [Fact]
    public void WhereTheWorstValueIsUncertainTheNextIsConfirmed()
    {
        var run = 0;
        var search = Run(new SearchPlan(0, 100, 30) { Guess = 0 }, value => value > 0 || ++run % 2 == 1);
        Assert.Equal((SizingEnd.Interval, 1L, null), (search.End, search.Enough, search.NotEnough));
        Assert.Equal((5, 0), search.RunsOf(1));
    }

    [Fact]
    public void ASpentBudgetGivesTheBracketSoFar()
    {
        var search = Run(new SearchPlan(1, 65535, 6), value => value >= 600);
        Assert.Equal((SizingEnd.Unfinished, 6), (search.End, search.Runs));
        Assert.True(search.NotEnough < 600 && search.Enough >= 600);
    }

    [Fact]
    public void ARunThatCannotBeUsedIsRepeatedAndCounted()
    {
        var plan = new SearchPlan(0, 100, 30) { Guess = 50 };
        var search = new BoundarySearch(plan);
        Assert.Equal(50, search.Next);
        search.Add(50, Outcome.Inconclusive);
        Assert.Equal((50L, 1), (search.Next, search.Runs));
        Assert.Equal((0, 0), search.RunsOf(50));
    }

    [Fact]
    public void FiveRunsOfAValueThatCannotBeUsedEndTheSearch()
    {
        var search = new BoundarySearch(new SearchPlan(0, 100, 30) { Guess = 50 });
        while (search.Next is { } value)
        {
            search.Add(value, Outcome.Inconclusive);
        }

        Assert.Equal((SizingEnd.Unfinished, 5, null, null), (search.End, search.Runs, search.Enough, search.NotEnough));
        Assert.True(search.IsHopeless);
    }

    [Fact]
    public void FiveOfFiveSayAtLeastFiftyFivePercent()
    {
        Assert.Equal(0.549, SizingChance.LeastShare(5), 3);
        Assert.Equal(1.0 / 252, SizingChance.ByChance(5, 5), 9);
    }

    private static BoundarySearch Run(SearchPlan plan, Func<long, bool> holds)
    {
        var search = new BoundarySearch(plan);
        while (search.Next is { } value)
        {
            Assert.InRange(value, plan.Low, plan.High);
            search.Add(value, holds(value) ? Outcome.Held : Outcome.Broken);
            Assert.True(search.Runs <= plan.Budget);
        }

        return search;
    }
}
