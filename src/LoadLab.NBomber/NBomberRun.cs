using System.Globalization;
using System.Text.Json;
using LoadLab.Judging;
using LoadLab.Kernel;
using LoadLab.Lab;
using LoadLab.Model;
using LoadLab.Planning;
using LoadLab.Reporting;
using LoadLab.Reporting.Html;
using LoadLab.Swarm;

namespace LoadLab.NBomber;

/// <summary>
/// One test of NBomber's with its results folder: what LoadLab's clients did, what NBomber made of it and what the kernel showed, on one clock.
/// <c>loadlab report</c>, <c>results</c> and <c>compare</c> read it as they read any run.
/// </summary>
/// <remarks>
/// Concurrency: any thread records, one lock. Its creator disposes it, after NBomber's <c>Run</c> and after the clients; then run.json and
/// report.html are written. Killed before that, it leaves a folder that is readable and says that it did not finish.
/// </remarks>
public sealed class NBomberRun : IDisposable
{
    private const string Tool = "NBomber";
    private static readonly TimeSpan ServerMayTake = TimeSpan.FromSeconds(2);
    private readonly Lock gate = new();
    private readonly Plan plan;
    private readonly Evidence evidence;
    private readonly ResultsFolder folder;
    private readonly HashSet<string> own = new(StringComparer.Ordinal);
    private bool hasFinalFigures;
    private bool isOver;

    private NBomberRun(SwarmTarget target, ConsentWatch? consent, SwarmSpec clients, string results, string? command)
    {
        (Target, Consent, Clients) = (target, consent, clients);
        plan = StandalonePlan.OfTool(Tool, clients, target.ToString(), HostInspection.Here(Planner.SysctlsOfInterest, Clock), command
            ?? Environment.CommandLine);
        evidence = new Evidence(plan);
        folder = ResultsFolder.Create(results, plan, RunDocuments.Begun(plan));
    }

    /// <summary>Whom it loads.</summary>
    public SwarmTarget Target { get; }

    /// <summary>The clock of the observations; its moment 0 is this object's making.</summary>
    public RunClock Clock { get; } = RunClock.StartNew();

    /// <summary>The results folder.</summary>
    public string Folder => folder.Path;

    /// <summary>A folder in it for NBomber's own reports: NBomber deletes what is in the one that it is given.</summary>
    public string ReportFolder => Path.Combine(folder.Path, FolderNames.ToolReports);

    internal SwarmSpec Clients { get; }

    /// <summary>The server's consent, held for as long as it is loaded; null where the run only watches.</summary>
    internal ConsentWatch? Consent { get; }

    /// <summary>Begins one that loads a server. The server has to consent, as <c>loadlab serve</c> does, and goes on being asked.</summary>
    /// <param name="target">Whom: an address in 127.0.0.0/8 or 198.18.0.0/15 and a port, as <c>127.0.0.1:8080</c>.</param>
    /// <param name="results">The folder under which it gets its own.</param>
    /// <param name="reset">True: connections are closed by RST, so that no port stays in TIME-WAIT; false: by FIN, as most programs do.</param>
    /// <param name="connectTimeout">Gives a connect up after this time, as ETIMEDOUT; null: after 10 s.</param>
    /// <param name="command">How to run it again, for the report; null: this process's command line.</param>
    /// <exception cref="ArgumentException">No such target is allowed, or no server there consents; the message is a sentence.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Neither by this user.</exception>
    public static NBomberRun Create(string target, string results, bool reset = true, TimeSpan? connectTimeout = null, string? command = null)
    {
        if (SwarmTarget.TryParse(target, out var parsed) is { } refusal)
        {
            throw new ArgumentException(refusal, nameof(target));
        }

        var client = new ConsentClient(parsed!, Environment.MachineName);
        var (first, why) = LoadPermission.Ask(client, ServerMayTake, CancellationToken.None);
        var consent = first is null ? null : ConsentWatch.TryBegin(client, first, out why, CancellationToken.None);
        if (consent is null)
        {
            throw new ArgumentException($"{target}: {why}", nameof(target));
        }

        var patience = Nanoseconds.FromSeconds((connectTimeout ?? TimeSpan.FromSeconds(10)).TotalSeconds);
        using var _ = new InvariantWords();
        return new NBomberRun(parsed!, consent, new SwarmSpec { Then = reset ? ClientEnd.Reset : ClientEnd.Close, ConnectTimeout = patience }, results,
            command);
    }

    /// <summary>Begins one that makes no connections: beside NBomber scenarios of your own, against any server, it reads the kernel's tables of this
    /// machine.</summary>
    /// <param name="port">The server's port on this machine.</param>
    /// <param name="results">The folder under which it gets its own.</param>
    /// <param name="command">How to run it again, for the report; null: this process's command line.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such port.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static NBomberRun Watch(int port, string results, string? command = null)
    {
        if (SwarmTarget.TryParse($"127.0.0.1:{port}", out var parsed) is { } refusal)
        {
            throw new ArgumentOutOfRangeException(nameof(port), refusal);
        }

        using var _ = new InvariantWords();
        return new NBomberRun(parsed!, null, new SwarmSpec(), results, command);
    }

    /// <summary>Takes an observation. A disk that is full ends no test: the result says then that it is not whole.</summary>
    public void Record(Observation observation)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(observation, ModelJson.Default.Observation);
        lock (gate)
        {
            if (isOver)
            {
                return;
            }

            evidence.Fold(observation);
            hasFinalFigures |= observation is ToolFigures { IsFinal: true };
            folder.Append(line);
        }
    }

    /// <summary>Judges and writes the result. What cannot be written is told on standard error.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (isOver)
            {
                return;
            }

            isOver = true;
        }

        Consent?.Dispose();
        using var _ = new InvariantWords();
        try
        {
            using (folder)
            {
                folder.Flush();
                var document = RunDocuments.Ended(plan, evidence, Clock.Now.ToTimeSpan(), folder.Failure
                    ?? (hasFinalFigures ? null : $"{Tool} did not tell its final figures"));
                folder.Complete(document);
                if (folder.Failure is { } failure)
                {
                    Console.Error.WriteLine($"loadlab: {failure}");
                    return;
                }

                HtmlReport.Write(StoredRun.Open(folder.Path), document);
            }
        }
        catch (Exception full) when (full is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"loadlab: the results in {folder.Path} are not whole: {full.Message}");
        }
    }

    /// <summary>A scenario of this name is LoadLab's.</summary>
    internal void Owns(string scenario)
    {
        lock (gate)
        {
            _ = own.Add(scenario);
        }
    }

    internal bool IsOwn(string scenario)
    {
        lock (gate)
        {
            return own.Contains(scenario);
        }
    }

    // LoadLab's own program has no cultures; somebody else's may, and its words and figures would have decimal commas.
    private readonly struct InvariantWords : IDisposable
    {
        private readonly CultureInfo before = CultureInfo.CurrentCulture;

        public InvariantWords() => CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

        public void Dispose() => CultureInfo.CurrentCulture = before;
    }
}
