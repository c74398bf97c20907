using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>The sockets that listen at a target on loopback, which are in the same network namespace and so can be looked at.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class LoopbackListeners(SwarmTarget target) : IDisposable
{
    private readonly PortListeners listeners = new();

    /// <summary>What a server that consents says of them, <see cref="ConsentToken.OfListeners"/>; null: none, or unknown.</summary>
    public ulong? Token()
    {
        try
        {
            var found = listeners.Overlapping(TcpSegment.Mapped(target.Address), target.Port);
            return found.IsEmpty ? null : ConsentToken.OfListeners(found.Select(one => one.Cookie));
        }
        catch (KernelException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => listeners.Dispose();
}
