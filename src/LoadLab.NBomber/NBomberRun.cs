using LoadLab.Kernel;
using LoadLab.Model;
using LoadLab.Swarm;

namespace LoadLab.NBomber;

/// <summary>One test of NBomber's with its observations: what LoadLab's clients did, what NBomber made of it and what the kernel showed, on one clock, in one <c>observations.jsonl</c>.</summary>
/// <remarks>Concurrency: any thread records. Whoever makes it disposes it, after NBomber's <c>Run</c>; then the file is whole.</remarks>
public sealed class NBomberRun : IDisposable
{
    /// <summary>The observations' file.</summary>
    public const string FileName = "observations.jsonl";

    private readonly FileStream file;
    private readonly ObservationPipe pipe;

    private NBomberRun(SwarmTarget target, FileStream file)
    {
        (Target, this.file) = (target, file);
        pipe = new ObservationPipe(file, "clients", null);
    }

    /// <summary>Whom it loads.</summary>
    public SwarmTarget Target { get; }

    /// <summary>The clock of the observations; its moment 0 is this object's making.</summary>
    public RunClock Clock { get; } = RunClock.StartNew();

    /// <summary>Begins one.</summary>
    /// <param name="target">Whom: an address in 127.0.0.0/8 or 198.18.0.0/15 and a port, as <c>127.0.0.1:8080</c>.</param>
    /// <param name="folder">A new folder of its own. Not the one given to NBomber's WithReportFolder, which deletes what is in it.</param>
    /// <exception cref="ArgumentException">No such target is allowed; the message is a sentence.</exception>
    /// <exception cref="IOException">The folder cannot be written, or has observations already.</exception>
    public static NBomberRun Create(string target, string folder)
    {
        if (SwarmTarget.TryParse(target, out var parsed) is { } refusal)
        {
            throw new ArgumentException(refusal, nameof(target));
        }

        _ = Directory.CreateDirectory(folder);
        return new NBomberRun(parsed!, new FileStream(Path.Combine(folder, FileName), FileMode.CreateNew, FileAccess.Write, FileShare.Read));
    }

    /// <summary>Takes an observation.</summary>
    public void Record(Observation observation) => pipe.Write(observation);

    /// <inheritdoc/>
    public void Dispose()
    {
        pipe.Dispose();
        file.Dispose();
    }
}
