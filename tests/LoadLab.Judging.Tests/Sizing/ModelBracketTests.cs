using LoadLab.Judging.Sizing;

namespace LoadLab.Judging.Tests.Sizing;

public sealed class ModelBracketTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(600)]
    [InlineData(65535)]
    public void TheFirstValueThatHoldsIsFound(long boundary)
    {
        var bracket = ModelBracket.Of(0, 65535, null, value => value >= boundary);
        Assert.Equal((boundary, false, 0), (bracket.Guess!.Value, bracket.Falling, bracket.Turns.Length));
    }

    [Fact]
    public void WhereSmallerIsBetterTheLastThatHoldsIsFound()
    {
        var bracket = ModelBracket.Of(1, 1000, null, value => value <= 77);
        Assert.Equal((77, true), (bracket.Guess!.Value, bracket.Falling));
    }

    [Fact]
    public void WhereNothingHoldsThereIsNoGuess() => Assert.Null(ModelBracket.Of(0, 100, null, _ => false).Guess);

    [Fact]
    public void WhereEverythingHoldsTheLeastIsTheGuess() => Assert.Equal(3, ModelBracket.Of(3, 100, null, _ => true).Guess);

    [Fact]
    public void AModelWithoutARuleSaysNothing() => Assert.Null(ModelBracket.Of(0, 100, 50, _ => null).Guess);

    [Fact]
    public void AValueThatHoldsBelowOneThatDoesNotIsATurn()
    {
        var bracket = ModelBracket.Of(0, 1000, null, value => value is >= 5 and < 20 or >= 900);
        Assert.Equal(900, bracket.Guess);
        Assert.Equal((19, 20), Assert.Single(bracket.Turns));
    }

    [Fact]
    public void WhatIsOpenAtTheBoundaryIsLeftToTheKernel()
    {
        var bracket = ModelBracket.Of(0, 1000, 600, value => value is > 590 and < 600 ? null : value >= 600);
        Assert.InRange(bracket.Guess!.Value, 600, 601);
    }
}
