using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>How what is seen of the roles' processes is read; of several swarm workers the sum, of their limits the largest.</summary>
internal static class ProcessReaders
{
    public static void Fill(ReaderTable table)
    {
        Own(ProcessWitnesses.OwnOpen, all => all.Sum(one => one.Own!.Open));
        Own(ProcessWitnesses.OwnSoft, all => all.Max(one => one.Own!.Soft));
        Own(ProcessWitnesses.OwnHard, all => all.Max(one => one.Own!.Hard));
        Add(ProcessWitnesses.OwnCpu, one => one.OwnCpu is not null, all => Seconds(all.Sum(one => one.OwnCpu!.Value.Value - (one.OwnCpuBefore?.Value ?? 0))));
        Proc(ProcessWitnesses.Open, all => all.Sum(one => one.Last!.Open));
        Proc(ProcessWitnesses.Gained, all => all.Sum(one => one.Last!.Sockets - one.Start!.Sockets));
        Proc(ProcessWitnesses.Filled, all => all.Sum(one => one.Start!.Open + one.Last!.Sockets - one.Start.Sockets));
        Proc(ProcessWitnesses.Taken, all => all.Sum(one => one.Last!.Open - one.Start!.Open));
        Proc(ProcessWitnesses.Soft, all => all.Max(one => one.Last!.Soft));
        Proc(ProcessWitnesses.Hard, all => all.Max(one => one.Last!.Hard));
        Proc(ProcessWitnesses.Cpu, all => Seconds(all.Sum(one => one.Last!.Cpu.Value - (one.ProcCpuBefore ?? one.Start!.Cpu).Value)));

        void Own(Witness<Role> row, Func<IReadOnlyList<ProcessFigures>, decimal> value) => Add(row, one => one.Own is not null, value);
        void Proc(Witness<Role> row, Func<IReadOnlyList<ProcessFigures>, decimal> value) => Add(row, one => one is { Start: not null, Last: not null }, value);
        void Add(Witness<Role> row, Func<ProcessFigures, bool> isSeen, Func<IReadOnlyList<ProcessFigures>, decimal> value) => table.Add(row, (seen, role) =>
        {
            var all = seen.Processes.Of(role);
            return all.Count > 0 && all.All(isSeen) ? new(value(all)) : Reading.Unseen($"the {EnumWords<Role>.Of(role)}'s process was not looked at");
        });
    }

    private static decimal Seconds(long ns) => ns / 1_000_000_000m;
}
