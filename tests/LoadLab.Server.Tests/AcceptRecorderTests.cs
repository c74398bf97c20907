using LoadLab.Model;
using Xunit;

namespace LoadLab.Server.Tests;

public class AcceptRecorderTests
{
    [Fact]
    public void TheFirstAreMomentsAndThoseAfterThemACount()
    {
        var recorder = new AcceptRecorder(most: 3);
        recorder.Add(10);
        recorder.Add(20);
        Assert.Equal("10 20, 0 more", Taken(recorder));
        recorder.Add(30);
        recorder.Add(40);
        recorder.Add(50);
        Assert.Equal("30, 2 more", Taken(recorder));
        recorder.Add(60);
        Assert.Equal(", 1 more", Taken(recorder));
        Assert.Equal(", 0 more", Taken(recorder));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task ARoleTellsTheMomentOfEachAccept(int threads)
    {
        await using var role = new RoleUnderTest(new ServerSpec { AcceptThreads = threads, Backlog = 64 });
        var before = role.Clock.Now;
        using var clients = new Clients(role.Port, 25);
        _ = role.First<ServerTally>(tally => tally.Accepted == 25);
        _ = role.Report();
        var moments = role.Seen.OfType<AcceptRecords>().SelectMany(records => records.At).Order().ToList();
        Assert.Equal(25, moments.Count);
        Assert.InRange(moments[0], before.Value, moments[^1]);
        Assert.InRange(moments[^1], moments[0], role.Clock.Now.Value);
        Assert.All(role.Seen.OfType<AcceptRecords>(), records => Assert.Equal(0, records.More));
    }

    private static string Taken(AcceptRecorder recorder)
    {
        var (moments, more) = recorder.Take();
        return $"{string.Join(' ', moments)}, {more} more";
    }
}
