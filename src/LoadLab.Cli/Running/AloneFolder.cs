using System.Text.Json;
using LoadLab.Judging;
using LoadLab.Kernel;
using LoadLab.Model;
using LoadLab.Reporting;

namespace LoadLab.Cli;

/// <summary>The results folder of a server or swarm on its own, in the form of a run's: for <c>report</c>, and for <c>merge</c> with those of its siblings.</summary>
/// <remarks>Not thread-safe: one thread records. Killed, it leaves a folder that is readable and says that it did not finish.</remarks>
internal sealed class AloneFolder : IDisposable
{
    private readonly Plan plan;
    private readonly Evidence evidence;
    private readonly ResultsFolder folder;

    private AloneFolder(Plan plan, string results)
    {
        this.plan = plan;
        evidence = new Evidence(plan);
        folder = ResultsFolder.Create(results, plan, RunDocuments.Begun(plan));
    }

    /// <summary>Where it is.</summary>
    public string Path => folder.Path;

    /// <summary>Creates it.</summary>
    /// <exception cref="Complaint">It cannot be written.</exception>
    public static AloneFolder Create(Plan plan, string results)
    {
        try
        {
            return new AloneFolder(plan, results);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ResultsComplaint.Of(results, e);
        }
    }

    /// <summary>Takes an observation.</summary>
    public void Record(Observation observation)
    {
        folder.Append(JsonSerializer.SerializeToUtf8Bytes(observation, ModelJson.Default.Observation));
        evidence.Fold(observation);
    }

    /// <summary>Writes the result.</summary>
    /// <param name="reason">Why it did not come to its end; null when it did.</param>
    public void Complete(string? reason)
    {
        var document = RunDocuments.Ended(plan, evidence, new RunClock(plan.Host.EpochMonotonicNs).Now.ToTimeSpan(), reason);
        folder.Complete(document);
        ReportFiles.WritePage(StoredRun.Open(folder.Path), document);
    }

    public void Dispose() => folder.Dispose();
}
