using System.Collections.Immutable;

namespace LoadLab.KernelModel;

/// <summary>The listeners of one port: which of them gets a SYN.</summary>
/// <remarks>
/// A hash of addresses and ports picks it, before anything is known of its queues; a repeated SYN goes to the same one. The hash has a random key, so <paramref
/// name="seed"/> draws it.
/// Kernel: net/core/sock_reuseport.c reuseport_select_sock; net/ipv4/inet_hashtables.c inet_lookup_reuseport.
/// </remarks>
internal sealed class ReuseportGroup(ImmutableArray<Listener> listeners, Endpoint end, long seed)
{
    /// <summary>Its listeners.</summary>
    public ImmutableArray<Listener> Listeners => listeners;

    /// <summary>The address and port that they share.</summary>
    public Endpoint End => end;

    /// <summary>The listener that a flow's packets go to.</summary>
    public Listener Pick(Flow flow)
    {
        if (listeners.Length == 1)
        {
            return listeners[0];
        }

        var mixed = unchecked(((ulong)flow.Index * 0x9E3779B97F4A7C15UL) ^ ((ulong)(seed + 1) * 0xBF58476D1CE4E5B9UL));
        mixed = unchecked((mixed ^ (mixed >> 31)) * 0x94D049BB133111EBUL);
        return listeners[(int)((mixed >> 33) % (ulong)listeners.Length)];
    }
}
