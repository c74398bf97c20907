using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using LoadLab.Model;

namespace LoadLab.Reporting;

/// <summary>The folder of a run that goes on: readable at every moment, also when the run is killed at that moment.</summary>
/// <remarks>
/// Thread-safe. Observations are appended as they come and reach the kernel within 200 ms, where they survive the end of this process; documents are written
/// whole beside their name and then renamed. Whoever creates it disposes it.
/// </remarks>
public sealed class ResultsFolder : IDisposable
{
    private static readonly TimeSpan FlushEvery = TimeSpan.FromMilliseconds(200);
    private readonly Lock gate = new();
    private readonly FileStream observations;
    private readonly ITimer flushTimer;
    private bool isDirty;
    private bool isClosed;
    private IOException? failure;

    private ResultsFolder(string path, TimeProvider time)
    {
        Path = path;
        observations = new FileStream(System.IO.Path.Combine(path, FolderNames.Observations), FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 64 << 10);
        flushTimer = time.CreateTimer(_ => FlushOnTime(), null, FlushEvery, FlushEvery);
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Creates it under <paramref name="results"/> with host.json, plan.json, an empty observations.jsonl and a run.json that says the run did not finish.</summary>
    /// <param name="results">The folder of all results; created when missing.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="begun">What run.json says until <see cref="Complete"/>.</param>
    /// <param name="time">The clock of the flushes.</param>
    public static ResultsFolder Create(string results, Plan plan, RunDocument begun, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(plan);
        string path;
        do
        {
            path = System.IO.Path.GetFullPath(System.IO.Path.Combine(results, FolderNames.Of(plan.Host.Started, plan.Scenario, Random.Shared.Next())));
        }
        while (Directory.Exists(path));

        // Under its own name only once it is whole: a process that is killed here leaves no folder that cannot be read.
        var whole = path;
        path = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(path)!, $".{System.IO.Path.GetFileName(path)}");
        Directory.CreateDirectory(path);
        Write(path, FolderNames.Host, plan.Host, ModelJson.Indented.HostFacts);
        Write(path, FolderNames.Plan, plan, ModelJson.Indented.Plan);
        Write(path, FolderNames.Run, begun, ModelJson.Indented.RunDocument);
        Directory.Move(path, whole);
        path = whole;
        return new ResultsFolder(path, time ?? TimeProvider.System);
    }

    /// <summary>Appends one observation as its bytes, with or without the line's end.</summary>
    /// <exception cref="IOException">The disk is full, or an earlier flush found it so.</exception>
    public void Append(ReadOnlySpan<byte> line)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isClosed, this);
            if (failure is not null)
            {
                throw new IOException(failure.Message, failure);
            }

            observations.Write(line);
            if (line.IsEmpty || line[^1] != (byte)'\n')
            {
                observations.WriteByte((byte)'\n');
            }

            isDirty = true;
        }
    }

    /// <summary>Hands all that was appended to the kernel now.</summary>
    public void Flush()
    {
        lock (gate)
        {
            if (isDirty && !isClosed)
            {
                observations.Flush();
                isDirty = false;
            }
        }
    }

    /// <summary>Writes the result over the one that said the run did not finish.</summary>
    public void Complete(RunDocument run)
    {
        Flush();
        Write(Path, FolderNames.Run, run, ModelJson.Indented.RunDocument);
    }

    /// <summary>Flushes and closes; run.json stays as it was last written.</summary>
    public void Dispose()
    {
        flushTimer.Dispose();
        lock (gate)
        {
            isClosed = true;
            observations.Dispose();
        }
    }

    /// <summary>Writes a document so that a reader finds the old one or the new one, never half of one.</summary>
    internal static void Write<T>(string folder, string name, T document, JsonTypeInfo<T> form)
    {
        var temporary = System.IO.Path.Combine(folder, $".{name}.{Environment.ProcessId}");
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(file, document, form);
            file.WriteByte((byte)'\n');
        }

        File.Move(temporary, System.IO.Path.Combine(folder, name), overwrite: true);
    }

    /// <summary>Writes a text likewise.</summary>
    internal static void Write(string folder, string name, string text)
    {
        var temporary = System.IO.Path.Combine(folder, $".{name}.{Environment.ProcessId}");
        File.WriteAllText(temporary, text);
        File.Move(temporary, System.IO.Path.Combine(folder, name), overwrite: true);
    }

    private void FlushOnTime()
    {
        try
        {
            Flush();
        }
        catch (IOException full)
        {
            // Nobody waits for the timer: the next Append says it.
            lock (gate)
            {
                failure = full;
            }
        }
    }
}
