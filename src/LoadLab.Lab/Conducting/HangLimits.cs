using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>
/// When a part of a run is taken to hang. A run that is only slow must never reach these limits: they are several times what a busy machine needs.
/// </summary>
/// <param name="order">The run's order.</param>
internal sealed class HangLimits(LabOrder order)
{
    /// <summary>A stop by SIGSTOP that lasts longer than this ends the run; a shorter one is an observation.</summary>
    public static readonly Nanoseconds Standstill = Nanoseconds.FromSeconds(5);

    private static readonly Nanoseconds Margin = Nanoseconds.FromSeconds(20);
    private static readonly Nanoseconds StartAtMost = Nanoseconds.FromSeconds(40);

    // Where half of the ports are taken connect() walks over the others (net/ipv4/inet_hashtables.c __inet_hash_connect): 28,200 connects took 14 s on a
    // machine with other work, and 33 s were not enough at a load of 30 on two processors.
    private static readonly Nanoseconds ConnectAtMost = Nanoseconds.FromMilliseconds(4);
    private static readonly Nanoseconds AllConnectsAtMost = Nanoseconds.FromSeconds(300);

    // User-Mode Linux makes several system calls of its host for each one of its own, and a page fault of each page it touches.
    private int Slower => SandboxTraits.Of(order.Sandbox).HasOwnKernel ? 4 : 1;

    /// <summary>From the start of the sandbox until the conductor says that it is ready.</summary>
    public Nanoseconds Sandbox => Times(Margin, Slower);

    /// <summary>From the order until each role is ready.</summary>
    public Nanoseconds Roles => Times(StartAtMost, Slower) + (order.Variant.Declared.Subject?.ReadyWithin ?? Nanoseconds.Zero);

    /// <summary>From there to the end of the last phase.</summary>
    public Nanoseconds Phases => order.Lasts + new Nanoseconds(order.Lasts.Value / 2) + Times(Margin, Slower) + Connects;

    /// <summary>From the start of the sandbox to its end: what the conductor's own limits leave to it, and time to end its roles.</summary>
    public Nanoseconds Whole => Sandbox + Roles + Phases + Times(Margin, Slower);

    private Nanoseconds Connects
    {
        get
        {
            var connects = order.Variant.Declared.Loads.Sum(load => (long)load.Swarm.Connections);
            return new(Math.Min(connects * ConnectAtMost.Value, AllConnectsAtMost.Value));
        }
    }

    private static Nanoseconds Times(Nanoseconds time, int factor) => new(time.Value * factor);
}
