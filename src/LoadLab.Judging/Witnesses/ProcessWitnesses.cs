using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>What can be asked about the roles' processes; of several swarm workers the sum, of their limits the largest.</summary>
/// <remarks>
/// <c>descriptors.ROLE.…</c> and <c>cpu.ROLE</c> are the process's own word; <c>proc.ROLE.…</c> is what another process reads in /proc.
/// Processor time counts from the phase's begin.
/// </remarks>
internal static class ProcessWitnesses
{
    private static readonly (string Name, Func<IReadOnlyList<ProcessFigures>, decimal?> Read)[] OwnRows =
    [
        ("open", all => all.Sum(one => one.Own?.Open)),
        ("soft", all => all.Max(one => one.Own?.Soft)),
        ("hard", all => all.Max(one => one.Own?.Hard)),
    ];

    private static readonly (string Name, Func<IReadOnlyList<ProcessFigures>, decimal?> Read)[] ProcRows =
    [
        ("open", all => all.Sum(one => one.Last!.Open)),
        ("gained", all => all.Sum(one => one.Last!.Sockets - one.Start!.Sockets)),
        ("filled", all => all.Sum(one => one.Start!.Open + one.Last!.Sockets - one.Start.Sockets)),
        ("taken", all => all.Sum(one => one.Last!.Open - one.Start!.Open)),
        ("soft", all => all.Max(one => one.Last!.Soft)),
        ("hard", all => all.Max(one => one.Last!.Hard)),
        ("cpu", all => Seconds(all.Sum(one => one.Last!.Cpu.Value - (one.ProcCpuBefore ?? one.Start!.Cpu).Value))),
    ];

    public static IEnumerable<WitnessForm> Rows =>
    [
        new("descriptors.*", "process", (seen, asked) => Of(seen, asked, OwnRows, all => all.All(one => one.Own is not null))),
        new("proc.*", "process", (seen, asked) => Of(seen, asked, ProcRows, all => all.All(one => one is { Start: not null, Last: not null }))),
        new("cpu.*", "process", (seen, role) => Of(seen, role + ".cpu", [("cpu", all => Seconds(all.Sum(one => one.OwnCpu!.Value.Value - (one.OwnCpuBefore?.Value ?? 0))))], all => all.All(one => one.OwnCpu is not null))),
    ];

    private static Reading Of(Sightings seen, string asked, (string Name, Func<IReadOnlyList<ProcessFigures>, decimal?> Read)[] rows, Func<IReadOnlyList<ProcessFigures>, bool> isSeen)
    {
        var words = asked.Split('.');
        var row = Array.Find(rows, row => row.Name == words[^1]);
        if (words.Length != 2 || row.Read is null || !EnumWords<Role>.TryParse(words[0], out var role))
        {
            return Reading.Unseen($"nothing of a process is called {asked}");
        }

        var all = seen.Processes.Of(role);
        return all.Count > 0 && isSeen(all) ? new(row.Read(all)) : Reading.Unseen($"the {words[0]}'s process was not looked at");
    }

    private static decimal Seconds(long ns) => ns / 1_000_000_000m;
}
