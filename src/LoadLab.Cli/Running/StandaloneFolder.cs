using System.Text.Json;
using LoadLab.Judging;
using LoadLab.Kernel;
using LoadLab.Model;
using LoadLab.Reporting;
using LoadLab.Runs;

namespace LoadLab.Cli;

/// <summary>
/// The results folder of a server or swarm on its own, in the form of a run's: for <c>report</c>, and for <c>merge</c> with those of its siblings.
/// </summary>
/// <remarks>Not thread-safe: one thread records. Killed, it leaves a folder that is readable and says that it did not finish.</remarks>
internal sealed class StandaloneFolder : IDisposable
{
    private readonly Plan plan;
    private readonly Evidence evidence;
    private readonly ResultsFolder folder;

    private StandaloneFolder(Plan plan, string results)
    {
        this.plan = plan;
        evidence = new Evidence(plan);
        folder = ResultsFolder.Create(results, plan, RunDocuments.Begun(plan));
    }

    /// <summary>Where it is.</summary>
    public string Path => folder.Path;

    /// <summary>Creates it.</summary>
    /// <exception cref="CliException">It cannot be written.</exception>
    public static StandaloneFolder Create(Plan plan, string results)
    {
        try
        {
            return new StandaloneFolder(plan, results);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw RunException.Unwritable(results, e);
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
        folder.Flush();
        var document = RunDocuments.Ended(plan, evidence, new RunClock(plan.Host.EpochMonotonicNs).Now.ToTimeSpan(), reason ?? folder.Failure);
        folder.Complete(document);
        if (folder.Failure is null)
        {
            ReportPage.Write(StoredRun.Open(folder.Path), document, Console.Error);
        }
    }

    /// <summary>Why it does not have everything; null while it has.</summary>
    public string? Failure => folder.Failure;

    public void Dispose() => folder.Dispose();
}
