using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>One process's figures so far: by its own word, and by another process's look into /proc.</summary>
internal readonly record struct ProcessFigures
{
    /// <summary>Descriptors and limits by its own word; null before the first.</summary>
    public DescriptorsSeen? Own { get; init; }

    /// <summary>Its own clock; null before the first word.</summary>
    public Nanoseconds? OwnCpu { get; init; }

    /// <summary>The same when the phase began.</summary>
    public Nanoseconds? OwnCpuBefore { get; init; }

    /// <summary>The look from which later ones count; null without a look.</summary>
    public ProcessSeen? Start { get; init; }

    /// <summary>The last look.</summary>
    public ProcessSeen? Last { get; init; }

    /// <summary>At some look it had as many descriptors open as its soft limit allows.</summary>
    public bool WasFull { get; init; }

    /// <summary>Descriptors that were free when the run first set its limit; null: it set none.</summary>
    public long? FirstRoom { get; init; }

    /// <summary>Processor time by /proc when the phase began.</summary>
    public Nanoseconds? ProcCpuBefore { get; init; }
}

/// <summary>The roles' processes, seen so far.</summary>
internal sealed class ProcessSightings
{
    private readonly Dictionary<(Role Role, int Worker), ProcessFigures> figures;

    public ProcessSightings()
        : this([])
    {
    }

    private ProcessSightings(Dictionary<(Role Role, int Worker), ProcessFigures> figures) => this.figures = figures;

    public void Fold(DescriptorsSeen seen) => Change(seen.Role, seen.Worker,
        one => one with { Own = seen, WasFull = one.WasFull || seen.Open >= seen.Soft, FirstRoom = one.FirstRoom ?? seen.Room });

    public void Fold(CpuUsed used) => Change(used.Role, used.Worker, one => one with { OwnCpu = used.Cpu });

    public void Fold(ProcessSeen seen) => Change(seen.Role, seen.Worker,
        one => one with { Last = seen, WasFull = one.WasFull || seen.Open >= seen.Soft, Start = seen.IsStart ? seen : one.Start });

    /// <summary>Processor time is counted by phases.</summary>
    public void PhaseBegan()
    {
        foreach (var key in figures.Keys.ToList())
        {
            Change(key.Role, key.Worker, one => one with { OwnCpuBefore = one.OwnCpu, ProcCpuBefore = one.Last?.Cpu });
        }
    }

    /// <summary>Those of a role: several workers of a swarm, one of each other.</summary>
    public IReadOnlyList<ProcessFigures> Of(Role role) => [.. figures.Where(pair => pair.Key.Role == role).Select(pair => pair.Value)];

    /// <summary>Descriptors that a role's processes had free when the run first set their limit, the fewest and the most; null: it set none.</summary>
    public FreeDescriptors? FirstRoomOf(Role role)
    {
        List<long> rooms = [.. Of(role).Select(one => one.FirstRoom).OfType<long>()];
        return rooms.Count == 0 ? null : new FreeDescriptors(rooms.Min(), rooms.Max());
    }

    /// <summary>Processor time of a role's processes since the phase began; null when one of them was not looked at.</summary>
    public Nanoseconds? CpuOfPhase(Role role)
    {
        var all = Of(role);
        return all.Count > 0 && all.All(one => one is { Start: not null, Last: not null })
            ? new Nanoseconds(all.Sum(one => one.Last!.Cpu.Value - (one.ProcCpuBefore ?? one.Start!.Cpu).Value))
            : null;
    }

    public ProcessSightings Copy() => new(new(figures));

    private void Change(Role role, int worker, Func<ProcessFigures, ProcessFigures> change) =>
        figures[(role, worker)] = change(figures.GetValueOrDefault((role, worker)));
}
