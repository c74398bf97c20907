using LoadLab.Judging.Sizing;
using LoadLab.Model;

namespace LoadLab.Judging.Tests.Sizing;

public sealed class SizeConditionTests
{
    [Theory]
    [InlineData("connect.p99 < 50ms", 0.049, true)]
    [InlineData("connect.p99<50ms", 0.05, false)]
    [InlineData("connect.p99 <= 0.05", 0.05, true)]
    [InlineData("connect.max < 1.5min", 89, true)]
    [InlineData("syn-drops == 0", 0, true)]
    [InlineData("drops != 0", 0, false)]
    [InlineData("established >= 600", 599, false)]
    [InlineData("TcpExt.ListenDrops > 3", 4, true)]
    [InlineData("errors.connect.EADDRNOTAVAIL == 0", 1, false)]
    public void ItIsReadWithItsUnit(string text, double value, bool isMet) => Assert.Equal(isMet, Read(text).IsMetBy(value));

    [Theory]
    [InlineData("drops = 0", "takes QUANTITY < NUMBER")]
    [InlineData("connect.p99 < 1.1x default", "takes QUANTITY < NUMBER")]
    [InlineData("drops == 0ms", "is in packets, not in ms")]
    [InlineData("sin-drops == 0", "did you mean 'syn-drops'")]
    [InlineData("", "takes QUANTITY < NUMBER")]
    public void WhatCannotBeReadIsSaid(string text, string says)
    {
        Assert.Null(SizeCondition.TryParse(text, out var problem));
        Assert.Contains(says, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("drops == 0", 0, 0, true)]
    [InlineData("drops == 0", 1, 5, false)]
    [InlineData("drops == 0", 0, 5, null)]
    [InlineData("connect.p99 < 50ms", 0, 1, null)]
    [InlineData("connect.p99 < 50ms", 1, 2, false)]
    [InlineData("drops != 3", 1, 5, null)]
    public void ARangeMeetsItWhereAllOfItDoes(string text, int low, int high, bool? isMet) =>
        Assert.Equal(isMet, Read(text).IsMetBy(new PredictedRange(low, high)));

    private static SizeCondition Read(string text) =>
        SizeCondition.TryParse(text, out var problem) is { } condition ? condition : throw new Xunit.Sdk.XunitException(problem!);
}
