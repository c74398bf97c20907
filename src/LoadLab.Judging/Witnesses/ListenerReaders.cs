using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>How what is seen of the listeners is read, by sock_diag and by TCP_INFO.</summary>
internal static class ListenerReaders
{
    public static void Fill(ReaderTable table)
    {
        foreach (var rows in ListenerWitnesses.Both)
        {
            Add(rows.Last, listeners => new(listeners.Last));
            Add(rows.Peak, listeners => new(listeners.Peak));
            Add(rows.Least, listeners => new(listeners.Least));
            Add(rows.Total, listeners => new(listeners.Total));
            Add(rows.Emptied, listeners => Reading.At(listeners.Emptied));
            Add(rows.BacklogLast, listeners => new(listeners.BacklogLast));
            Add(rows.BacklogLeast, listeners => new(listeners.BacklogLeast));
            AddDrops(rows.Drops, (_, drops) => new(drops));
            AddDrops(rows.FirstDrop, (listeners, _) => Reading.At(listeners.FirstDrop));
            AddDrops(rows.RoomAtFirstDrop, (listeners, _) => listeners.FirstDrop is { } at ? new Reading(listeners.RoomAtFirstDrop) { SeenAt = at }
                : Reading.Unseen("no listener dropped anything"));

            void Add(Witness row, Func<ListenerSightings, Reading> read) => table.Add(row, seen =>
                seen.Listeners(rows.By) is { Any: true } listeners ? read(listeners)
                    : Reading.Unseen($"{EnumWords<ListenerWitness>.Of(rows.By).Replace('-', '_')} never saw a listener"));
            void AddDrops(Witness row, Func<ListenerSightings, long, Reading> read) => Add(row, listeners =>
                listeners.Drops is { } drops ? read(listeners, drops) : Reading.Unseen("this kernel does not tell a listener's drops"));
        }
    }
}
