namespace LoadLab.Lab.Tests;

/// <summary>The oldest clients, over several workers.</summary>
public sealed class LabRolesTests
{
    // Seen: of five clients of four workers three were closed and two reset, and one stayed open: each count was shared out from the first worker on.
    [Theory]
    [InlineData(4, 0, 3, new[] { 1, 1, 1, 0 })]
    [InlineData(4, 3, 2, new[] { 1, 0, 0, 1 })]
    [InlineData(4, 0, 5, new[] { 2, 1, 1, 1 })]
    [InlineData(1, 7, 9, new[] { 9 })]
    [InlineData(3, 2, 0, new[] { 0, 0, 0 })]
    [InlineData(2, 1, 100, new[] { 50, 50 })]
    public void EachWorkerHasEverySoManyth(int workers, int first, int count, int[] shares) =>
        Assert.Equal(shares, Enumerable.Range(0, workers).Select(worker => LabRoles.ShareOf(worker, workers, first, count)));
}
