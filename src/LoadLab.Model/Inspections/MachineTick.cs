using System.Collections.Immutable;

namespace LoadLab.Model;

/// <summary>A listener at one look of a watch.</summary>
/// <param name="Name">Where it listens, address:port; further ones at the same place have a number: <c>0.0.0.0:80 (2)</c>.</param>
/// <param name="View">Its queues and drops since listen().</param>
/// <param name="NewDrops">Packets that it has dropped since the look before; 0 at the first.</param>
public sealed record ListenerTick(string Name, ListeningView View, long NewDrops);

/// <summary>A process at one look of a watch.</summary>
/// <param name="Pid">Its pid.</param>
/// <param name="Name">Its name (comm).</param>
/// <param name="Open">Descriptors open.</param>
/// <param name="Soft">Soft RLIMIT_NOFILE.</param>
/// <param name="Hard">Hard RLIMIT_NOFILE.</param>
public sealed record ProcessTick(int Pid, string Name, long Open, long Soft, long Hard);

/// <summary>One look of a watch at a network namespace.</summary>
public sealed record MachineTick
{
    /// <summary>
    /// What diagnoses are made from: the listeners of <see cref="Listeners"/>, and of counters and drops what they moved since the look before.
    /// </summary>
    public required MachineView View { get; init; }

    /// <summary>The busiest listeners, as many as are told.</summary>
    public required ImmutableArray<ListenerTick> Listeners { get; init; }

    /// <summary>How many listeners there are.</summary>
    public required int AllListeners { get; init; }

    /// <summary>Sockets by the name of their state; of the last look that counted connections.</summary>
    public required ImmutableArray<(string State, long Count)> States { get; init; }

    /// <summary>The counters of interest as the kernel has them, since boot or since the namespace was made.</summary>
    public required ImmutableArray<(string Name, ulong Value)> Counters { get; init; }

    /// <summary>The processes that are watched.</summary>
    public required ImmutableArray<ProcessTick> Processes { get; init; }

    /// <summary>True when this look walked the table of connections; else what rests on it is of an earlier look.</summary>
    public required bool HasCountedConnections { get; init; }
}
