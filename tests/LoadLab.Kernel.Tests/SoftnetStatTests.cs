using System.Text;

namespace LoadLab.Kernel.Tests;

public class SoftnetStatTests
{
    // Two processors of 6.18; the second column is hexadecimal.
    private const string TwoProcessors = """
        0000d5a1 00000ba3 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000
        0001c2f0 00000001 00000002 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000001 00000000 00000000

        """;

    [Fact]
    public void DropsOfAllProcessorsAdd() => Assert.Equal(0xba3ul + 1, SoftnetStat.Dropped(Encoding.ASCII.GetBytes(TwoProcessors)));

    [Theory]
    [InlineData("")]
    [InlineData("nothing of the kind")]
    public void WhatHasAnotherFormIsAbsentAndNotZero(string text) => Assert.Null(SoftnetStat.Dropped(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void ThisKernelsIsAmongTheCounters()
    {
        using var reader = new NetCounterReader();
        Assert.NotNull(reader.Read()[NetCounters.SoftnetDropped]);
    }
}
