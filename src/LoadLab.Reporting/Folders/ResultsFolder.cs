using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Reporting;

/// <summary>The folder of a run that goes on: readable at every moment, also when the run is killed at that moment.</summary>
/// <remarks>
/// Thread-safe. Observations are appended as they come and reach the kernel within 200 ms, where they survive the end of this process; documents are written
/// whole beside their name and then renamed. Its creator disposes it.
/// </remarks>
public sealed class ResultsFolder : IDisposable
{
    private static readonly TimeSpan FlushEvery = TimeSpan.FromMilliseconds(200);
    private readonly Lock gate = new();
    private readonly OutputFile observations;
    private readonly ITimer flushTimer;
    private bool isDirty;
    private bool isClosed;
    private string? failure;

    private ResultsFolder(string path, TimeProvider time)
    {
        Path = path;
        observations = new OutputFile(System.IO.Path.Combine(path, FolderNames.Observations), FileMode.CreateNew, bufferSize: 64 << 10);
        flushTimer = time.CreateTimer(_ => Flush(), null, FlushEvery, FlushEvery);
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>
    /// Creates it under <paramref name="results"/> with host.json, plan.json, an empty observations.jsonl and a run.json that says the run did not
    /// finish.
    /// </summary>
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
        try
        {
            Directory.CreateDirectory(path);
            Write(path, FolderNames.Host, plan.Host, ModelJson.Indented.HostFacts);
            Write(path, FolderNames.Plan, plan, ModelJson.Indented.Plan);
            Write(path, FolderNames.Run, begun, ModelJson.Indented.RunDocument);
            WriteBands(path, plan);
            Directory.Move(path, whole);
            DurableFile.SyncFolder(System.IO.Path.GetDirectoryName(whole)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryRemove(path);
            throw;
        }

        return new ResultsFolder(whole, time ?? TimeProvider.System);
    }

    /// <summary>Why the folder does not have everything, as half a sentence; null while it has.</summary>
    /// <remarks>A full disk, a folder that became read-only or is gone: what measures goes on, and the verdict is over what was seen.</remarks>
    public string? Failure
    {
        get
        {
            lock (gate)
            {
                return failure;
            }
        }
    }

    /// <summary>Appends one observation as its bytes, with or without the line's end; after the first <see cref="Failure"/> nothing more.</summary>
    public void Append(ReadOnlySpan<byte> line)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isClosed, this);
            if (failure is not null)
            {
                return;
            }

            try
            {
                observations.Write(line);
                if (line.IsEmpty || line[^1] != (byte)'\n')
                {
                    observations.WriteByte((byte)'\n');
                }

                isDirty = true;
            }
            catch (IOException e)
            {
                Fail(e);
            }
        }
    }

    /// <summary>Hands all that was appended to the kernel now.</summary>
    public void Flush()
    {
        lock (gate)
        {
            if (isDirty && !isClosed && failure is null)
            {
                try
                {
                    observations.Flush();
                    isDirty = false;
                }
                catch (IOException e)
                {
                    Fail(e);
                }
            }
        }
    }

    /// <summary>
    /// Writes the result over the one that said the run did not finish; where that fails, the older one stays and <see cref="Failure"/> says why.
    /// </summary>
    public void Complete(RunDocument run)
    {
        Flush();
        Try(() => Write(Path, FolderNames.Run, run, ModelJson.Indented.RunDocument));
    }

    /// <summary>Writes what the model predicts over time over what the plan gave before the run.</summary>
    public void WriteBands(Plan replayed)
    {
        ArgumentNullException.ThrowIfNull(replayed);
        Try(() => WriteBands(Path, replayed));
    }

    private static void WriteBands(string path, Plan plan)
    {
        var bands = plan.Variants.Where(variant => variant.Bands is not null)
            .ToImmutableSortedDictionary(variant => variant.Name, variant => variant.Bands!, StringComparer.Ordinal);
        if (!bands.IsEmpty)
        {
            Write(path, FolderNames.Bands, new RunBands(bands), ModelJson.Default.RunBands);
        }
    }

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            lock (gate)
            {
                Fail(e);
            }
        }
    }

    /// <summary>Flushes and closes; run.json stays as it was last written.</summary>
    public void Dispose()
    {
        flushTimer.Dispose();
        lock (gate)
        {
            isClosed = true;
            try
            {
                observations.Dispose();
            }
            catch (IOException e)
            {
                // What was still in its buffer.
                Fail(e);
            }
        }
    }

    /// <summary>Writes a document so that a reader finds the old one or the new one, never half of one.</summary>
    public static void Write<T>(string folder, string name, T document, JsonTypeInfo<T> form) => DurableFile.Write(folder, name, file =>
    {
        JsonSerializer.Serialize(file, document, form);
        file.WriteByte((byte)'\n');
    });

    /// <summary>Writes a text likewise.</summary>
    public static void Write(string folder, string name, string text) => DurableFile.Write(folder, name, file => file.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Closes and removes it: nothing was run.</summary>
    public void Remove()
    {
        Dispose();
        TryRemove(Path);
    }

    private void Fail(Exception e) => failure ??= $"the results in {Path} are not whole: {e.Message}";

    private static void TryRemove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It was not made, or is read-only by now; the first error is the one to tell.
        }
    }
}
