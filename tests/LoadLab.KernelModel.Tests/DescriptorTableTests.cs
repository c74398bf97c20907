using LoadLab.Model;
using LoadLab.KernelModel.Rules;

namespace LoadLab.KernelModel.Tests;

public class DescriptorTableTests
{
    [Fact]
    public void NumbersEndAtTheLimit()
    {
        var table = new DescriptorTable(3);
        Assert.Equal([0, 1, 2], Taken(table, 3));
        Assert.Equal(Errno.EMFILE, table.Take(out _));
        table.Return(1);
        Assert.Equal((2, 1), (table.Open, table.Free));
        Assert.Equal([1], Taken(table, 1));
        Assert.Equal(1, table.Failed);
    }

    [Fact]
    public void WhatIsOpenAboveALoweredLimitTakesNoRoomBelowIt()
    {
        var table = new DescriptorTable(null);
        Taken(table, 5);
        table.SetLimit(3);
        Assert.Equal(0, table.Free);
        table.Return(4);
        Assert.Equal(Errno.EMFILE, table.Take(out _));
        table.Return(0);
        Assert.Equal([0], Taken(table, 1));
        table.SetLimit(6);
        Assert.Equal([4, 5], Taken(table, 2));
        Assert.Equal(Errno.EMFILE, table.Take(out _));
    }

    [Fact]
    public void AcceptThatWaitsHasItsDescriptorAlready()
    {
        var table = new DescriptorTable(null);
        Assert.True(table.TryReserve());
        table.SetLimit(0);
        Assert.Equal(0, table.Accept());
        Assert.False(table.TryReserve());
        table.Return(0);
        Assert.False(table.TryReserve());
    }

    [Fact]
    public void AcceptThatTimesOutLosesTheDescriptorAboveTheLimit()
    {
        var table = new DescriptorTable(null);
        Assert.True(table.TryReserve());
        table.SetLimit(0);
        table.GiveUp();
        Assert.False(table.TryReserve());
    }

    [Fact]
    public void AcceptThatWaitsTakesOneOfTheSpareNumbers()
    {
        var table = new DescriptorTable(null);
        Assert.True(table.TryReserve());
        table.SetLimit(10);
        for (var i = 0; i < 10; i++)
        {
            _ = table.Accept();
            Assert.Equal(i < 9, table.TryReserve());
        }
    }

    [Theory]
    [InlineData(false, 2, 0, 2500)]
    [InlineData(true, 2, 0, 2500)]
    [InlineData(true, 2, 1, 2562)]
    public void FilesEndAtFileMaxAndABatchForEachProcessor(bool isSmp, int processors, double choice, long most)
    {
        var files = new FileTable(FileLimit.At(2500, isSmp, processors), 246, choice);
        while (files.Take(isPrivileged: false).IsNone)
        {
        }

        Assert.Equal(most, files.Open);
        Assert.Equal(Errno.None, files.Take(isPrivileged: true));
        Assert.Equal(1, files.Failed);
    }

    [Fact]
    public void RandomCallsNeverPassTheLimitNorLoseANumber()
    {
        for (var seed = 1; seed <= 200; seed++)
        {
            var random = new Random(seed);
            var table = new DescriptorTable(random.Next(20));
            var held = new List<int>();
            for (var i = 0; i < 500; i++)
            {
                if (random.Next(3) > 0)
                {
                    var free = table.Free;
                    Assert.Equal(free > 0, table.Take(out var number).IsNone);
                    if (number >= 0)
                    {
                        Assert.DoesNotContain(number, held);
                        held.Add(number);
                    }
                }
                else if (held.Count > 0)
                {
                    var at = random.Next(held.Count);
                    table.Return(held[at]);
                    held.RemoveAt(at);
                }
                else
                {
                    table.SetLimit(random.Next(30));
                }

                Assert.Equal(held.Count, table.Open);
            }
        }
    }

    private static List<int> Taken(DescriptorTable table, int count)
    {
        var numbers = new List<int>();
        for (var i = 0; i < count; i++)
        {
            Assert.Equal(Errno.None, table.Take(out var number));
            numbers.Add(number);
        }

        return numbers;
    }
}
