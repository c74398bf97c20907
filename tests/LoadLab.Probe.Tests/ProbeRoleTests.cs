using System.Globalization;
using System.Text.Json;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Probe.Tests;

public sealed class ProbeRoleTests
{
    private static readonly string[] Limits = File.ReadLines("/proc/self/limits").First(line => line.StartsWith("Max open files", StringComparison.Ordinal))
        .Split(' ', StringSplitOptions.RemoveEmptyEntries);

    [Fact]
    public void EachCommandIsAnsweredInItsOrderAndStopEndsIt()
    {
        var seen = Run(new ProbeCommand(1, new ProbeStep("limits", ProbeCall.Getrlimit)), new ReportCommand(2), new StopCommand(3), new ReportCommand(4));
        Assert.Equal(Role.Probe, Assert.IsType<RoleReady>(seen[0]).Role);
        Assert.Equal([1, 2, 3], seen.OfType<CommandDone>().Select(done => done.Id));
        Assert.All(seen.OfType<CommandDone>(), done => Assert.Null(done.Error));
        Assert.True(Assert.Single(seen.OfType<CpuUsed>()).Role == Role.Probe);
    }

    [Fact]
    public void ALimitIsWhatProcSaysAndAChildHasInheritedIt()
    {
        var answers = Run(new ProbeCommand(1, new ProbeStep("own", ProbeCall.Getrlimit)), new ProbeCommand(2, new ProbeStep("child", ProbeCall.Child)))
            .OfType<ProbeAnswered>().ToList();
        Assert.Equal(["own", "child"], answers.Select(answer => answer.Step));
        Assert.All(answers, answer => Assert.Equal((Number(3), Errno.None, Number(3), Number(4)), (answer.Value, answer.Errno, answer.Soft, answer.Hard)));
    }

    [Fact]
    public void ALimitThatTheKernelRefusesIsAnAnswerAndChangesNothing()
    {
        var answer = Assert.Single(Run(new ProbeCommand(1, new ProbeStep("upside-down", ProbeCall.Setrlimit, Soft: 20, Hard: 10))).OfType<ProbeAnswered>());
        Assert.Equal((Errno.EINVAL, Number(3), Number(4)), (answer.Errno, answer.Soft, answer.Hard));
    }

    [Fact]
    public void ACommandForAnotherRoleIsRefusedInASentence() =>
        Assert.Contains("another role", Assert.Single(Run(new AcceptCommand(7, AcceptPolicy.Eager, default)).OfType<CommandDone>()).Error,
            StringComparison.Ordinal);

    [Fact]
    public void ALineThatIsNoCommandEndsIt() =>
        Assert.Throws<InvalidDataException>(() => ProbeRole.Run(0, null, new MemoryStream("no command\n"u8.ToArray()), new MemoryStream()));

    [Fact]
    public void EveryCallHasARow()
    {
        // Dropping a capability cannot be taken back, so it is made by the program alone; it has its row nevertheless.
        foreach (var call in Enum.GetValues<ProbeCall>().Except([ProbeCall.DropSysResource]))
        {
            Assert.True(ProbeCalls.Make(new ProbeStep("step", call, Soft: 20, Hard: 10)).Errno is { } errno
                && (errno.IsNone || call == ProbeCall.Setrlimit), $"{call}");
        }
    }

    private static long Number(int column) => Limits[column] == "unlimited" ? long.MaxValue : long.Parse(Limits[column], CultureInfo.InvariantCulture);

    private static List<Observation> Run(params RoleCommand[] commands)
    {
        var clock = RunClock.StartNew();
        using var input = new MemoryStream([.. commands.SelectMany(CommandPipe.ToLine)]);
        using var output = new MemoryStream();
        Assert.Equal(0, ProbeRole.Run(clock.EpochNs, null, input, output));
        using var reader = new StreamReader(new MemoryStream(output.ToArray()));
        List<Observation> seen = [];
        while (reader.ReadLine() is { } line)
        {
            seen.Add(JsonSerializer.Deserialize(line, ModelJson.Default.Observation)!);
        }

        return seen;
    }
}
