using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>
/// The kernel's side of a server or swarm on its own: counters of this process's network namespace, listeners and TCP states of one port, as a run
/// samples them in its sandbox.
/// </summary>
/// <remarks>
/// Counters are the namespace's: whatever else goes on in it is among them. Concurrency: a thread of its own, from <see cref="TryStart"/> to <see
/// cref="Dispose"/>.
/// </remarks>
public sealed class HostSampling : IDisposable
{
    private readonly Sampler sampler;

    private HostSampling(Sampler sampler) => this.sampler = sampler;

    /// <summary>Starts a hundred looks a second; null and why not, as a sentence, where the kernel does not let it look.</summary>
    /// <param name="port">The server's port.</param>
    /// <param name="clock">Of the observations.</param>
    /// <param name="write">Gets each observation, mostly from a thread of its own.</param>
    /// <param name="refusal">Why not.</param>
    public static HostSampling? TryStart(int port, RunClock clock, Action<Observation> write, out string? refusal)
    {
        Sampler? made = null;
        try
        {
            made = new Sampler(write, clock, seesHalfOpen: false, system: null, []);
            made.WarmUp();
            made.Start(PortRange.One(port), ticks: true);
            refusal = null;
            return new HostSampling(made);
        }
        catch (Exception e) when (e is KernelException or IOException)
        {
            made?.Dispose();
            refusal = $"the kernel's counters and sockets cannot be sampled ({e.Message}), so those metrics are missing";
            return null;
        }
    }

    /// <summary>Looks once more, at everything, and from then on only when asked.</summary>
    public void End()
    {
        sampler.StopTicks();
        Look();
    }

    /// <summary>Looks once more, at everything, and goes on.</summary>
    public void Look() => sampler.SampleAll();

    /// <summary>Looks at the states of connections once more: after a server has stopped taking new ones, its half-open requests are final.</summary>
    public void LookAtStates() => sampler.SampleStates();

    /// <inheritdoc/>
    public void Dispose() => sampler.Dispose();
}
