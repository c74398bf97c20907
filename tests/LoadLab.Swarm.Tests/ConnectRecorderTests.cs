using LoadLab.Model;
using Xunit;

namespace LoadLab.Swarm.Tests;

public class ConnectRecorderTests
{
    [Fact]
    public void KeepsTheFirstOfAllThenTheFirstAndTheLastOfEachKind()
    {
        var rows = Record(100_000, index => index % 2 == 0 ? Errno.None : Errno.ECONNREFUSED);
        var expected = Enumerable.Range(0, 22_000).Concat(Enumerable.Range(98_000, 2_000)).Select(index => (long)index);
        Assert.Equal(expected, rows.Select(row => row.Index).Order());
    }

    [Fact]
    public void FewConnectsAreAllKept() => Assert.Equal(20, Record(20, _ => Errno.None).Count);

    [Fact]
    public void ALineHoldsAtMostFiveHundredRows()
    {
        var lines = new List<ConnectRecords>();
        var recorder = new ConnectRecorder(0, line => lines.Add((ConnectRecords)line));
        for (var index = 0; index < 1_200; index++)
        {
            recorder.Add(new ConnectRecord(0, index, 0, 0, 1, ConnectOutcome.Established, Errno.None));
        }

        recorder.WriteLast(1);
        Assert.Equal([500, 500, 200], lines.Select(line => line.Rows.Length));
    }

    private static List<ConnectRecord> Record(int count, Func<int, Errno> errno)
    {
        var rows = new List<ConnectRecord>();
        var recorder = new ConnectRecorder(0, line => rows.AddRange(((ConnectRecords)line).Rows));
        for (var index = 0; index < count; index++)
        {
            recorder.Add(new ConnectRecord(0, index, 0, 0, 1, errno(index).IsNone ? ConnectOutcome.Established : ConnectOutcome.Failed, errno(index)));
        }

        recorder.WriteLast(1);
        return rows;
    }
}
