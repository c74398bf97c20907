using LoadLab.Model;

namespace LoadLab.Kernel.Tests;

public sealed class ProcessTests
{
    [Fact]
    public void CpuIsUtimeAndStimeInTicksWhateverTheName()
    {
        var line = "14 (a) b (c)) S 1 14 14 0 -1 4194560 7 0 0 0 123 45 0 0 20 0 9 0 100 1 1 18446744073709551615\n"u8;
        Assert.Equal(Nanoseconds.FromMilliseconds(1680), ProcessStat.ParseCpu(line));
        Assert.Null(ProcessStat.ParseCpu("14 (x) S 1"u8));
    }

    [Theory]
    [InlineData("-123", "45")]
    [InlineData("922337203685477580", "45")]
    [InlineData("9223372036854775807", "9223372036854775807")]
    public void MoreTimeThanThereIsOrLessThanNoneIsNoTime(string user, string system) =>
        Assert.Null(ProcessStat.ParseCpu(System.Text.Encoding.UTF8.GetBytes($"14 (x) S 1 14 14 0 -1 4194560 7 0 0 0 {user} {system} 0 0 20 0 9\n")));

    [Fact]
    public void LimitsAreReadFromTheirLine()
    {
        var text =
            "Limit                     Soft Limit           Hard Limit           Units     \n"u8
            + "Max processes             10                   20                   processes \n"u8
            + "Max open files            1024                 unlimited            files     \n"u8;
        Assert.Equal(new SoftAndHard(1024, long.MaxValue), ProcessLimits.ParseNofile(text));
        Assert.Null(ProcessLimits.ParseNofile("Max processes 10 20\n"u8));
        Assert.Null(ProcessLimits.ParseNofile("Max open files -1 1024 files\n"u8));
    }

    [Fact]
    public void OwnLimitIsTheSameByProcAndByPrlimit() => Assert.Equal(ResourceLimits.Nofile(0), ProcessLimits.ReadNofile(Environment.ProcessId));

    [Theory]
    [InlineData(new[] { 0, 1, 2 }, 5, 8)]
    [InlineData(new[] { 0, 1, 2 }, 0, 3)]
    [InlineData(new[] { 0, 1, 2, 4 }, 0, 3)]
    [InlineData(new[] { 0, 1, 2, 4 }, 1, 5)]
    [InlineData(new[] { 0, 1, 2, 4 }, 2, 6)]
    [InlineData(new[] { 0, 1, 2, 251 }, 50, 53)]
    [InlineData(new[] { 0, 1, 2, 251 }, 248, 252)]
    [InlineData(new[] { 0, 1, 2, 251 }, 249, 253)]
    [InlineData(new int[0], 3, 3)]
    [InlineData(new int[0], 0, 0)]
    public void TheLimitLeavesSoManyFreeNumbersBelowIt(int[] open, long spare, long limit)
    {
        Assert.Equal(limit, new ProcessDescriptors([.. open], []).LimitWithRoomFor(spare));

        Assert.Equal(spare, limit - open.Count(number => number < limit));
    }

    // With none free the limit may be any up to the first free number: one more descriptor is one more than that.
    [Theory]
    [InlineData(new[] { 0, 1, 2 }, 0, 1, 4)]
    [InlineData(new[] { 0, 1, 2 }, 3, 5, 8)]
    [InlineData(new[] { 0, 2, 3 }, 2, 1, 5)]
    [InlineData(new[] { 0, 1, 2, 10 }, 8, 2, 11)]
    [InlineData(new[] { 0, 1, 2, 10 }, 8, 3, 12)]
    public void LimitIsRaisedPastNumbersThatAreInUse(int[] open, long limit, long more, long raised) =>
        Assert.Equal(raised, new ProcessDescriptors([.. open], []).LimitWithMoreRoom(limit, more));

    [Fact]
    public void AnotherSocketIsSeenFromOutside()
    {
        var fd = (int)SocketCalls.CreateTcp(nonBlocking: false).Value;
        var after = ProcessDescriptors.Read(Environment.ProcessId)!;
        _ = SocketCalls.Close(fd);
        Assert.Contains(fd, after.Numbers);
        Assert.InRange(after.Sockets, 1, after.Open);
    }

    [Fact]
    public void ADescriptorThatIsOpenedAndClosedAllTheTimeHidesNoOther()
    {
        using var done = new ManualResetEventSlim();
        var flicker = new Thread(() =>
        {
            while (!done.IsSet)
            {
                _ = SocketCalls.Close((int)SocketCalls.CreateTcp(nonBlocking: false).Value);
            }
        });
        flicker.Start();
        for (var look = 0; look < 1_000; look++)
        {
            Assert.NotNull(ProcessDescriptors.Read(Environment.ProcessId));
        }

        done.Set();
        flicker.Join();
    }

    [Fact]
    public void AListWhoseLinksCannotBeReadIsNotSeenAndNotEmpty()
    {
        var root = Directory.CreateTempSubdirectory("loadlab-test-");
        var list = Directory.CreateDirectory(Path.Combine(root.FullName, "7", "fd"));
        File.CreateSymbolicLink(Path.Combine(list.FullName, "0"), "/dev/null");
        File.CreateSymbolicLink(Path.Combine(list.FullName, "3"), "socket:[99]");
        var read = ProcessDescriptors.Read(7, root.FullName)!;
        Assert.Equal([0, 3], read.Numbers);
        Assert.Equal([99L], read.SocketInodes);
        File.WriteAllText(Path.Combine(list.FullName, "4"), "an entry that is there, and no link that can be read");
        Assert.Null(ProcessDescriptors.Read(7, root.FullName));
        root.Delete(recursive: true);
    }

    [Fact]
    public void AProcessThatIsGoneIsNobody()
    {
        Assert.Null(ProcessStat.ReadCpu(int.MaxValue));
        Assert.Null(ProcessLimits.ReadNofile(int.MaxValue));
        Assert.Null(ProcessDescriptors.Read(int.MaxValue));
    }

    [Fact]
    public void WorkCostsProcessorTime()
    {
        var before = ProcessorTime.OfProcess;
        while (ProcessorTime.OfProcess - before < Nanoseconds.FromMilliseconds(20))
        {
        }

        Assert.True(ProcessStat.ReadCpu(Environment.ProcessId) > Nanoseconds.Zero);
    }

    [Fact]
    public void ACapabilityMayAlwaysBeGivenUp()
    {
        // Capabilities are a thread's own, so this one ends with its thread.
        SyscallResult said = default;
        var thread = new Thread(() => said = Capabilities.DropSysResource());
        thread.Start();
        thread.Join();
        Assert.True(said.IsOk, said.Errno.ToString());
    }
}
