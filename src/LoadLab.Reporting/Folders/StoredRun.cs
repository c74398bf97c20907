using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Reporting;

/// <summary>A results folder read back, also one of a run that was killed.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Plan">plan.json; null when it cannot be read.</param>
/// <param name="Run">run.json; null when it cannot be read.</param>
/// <param name="Problems">What is missing or unreadable, a sentence each.</param>
public sealed record StoredRun(string Path, Plan? Plan, RunDocument? Run, ImmutableArray<string> Problems)
{
    /// <summary>Opens a folder; what is wrong with it is in <see cref="Problems"/>, not an exception.</summary>
    public static StoredRun Open(string path)
    {
        if (!Directory.Exists(path))
        {
            return new StoredRun(path, null, null, [File.Exists(path) ? $"{path} is a file; a results folder is asked for" : $"there is no folder {path}"]);
        }

        var problems = ImmutableArray.CreateBuilder<string>();
        var plan = Read<Plan>(path, FolderNames.Plan, problems);
        var run = Read<RunDocument>(path, FolderNames.Run, problems);
        if (plan is { Variants.IsEmpty: true })
        {
            problems.Add($"{FolderNames.Plan} names no variant, so it is no plan");
            plan = null;
        }
        else if (plan?.Variants.CountBy(variant => variant.Name).FirstOrDefault(name => name.Value > 1) is { Value: > 1 } twice)
        {
            problems.Add(StoredDocument.Damaged(FolderNames.Plan, $"it has {twice.Value} variants '{twice.Key}'"));
            plan = null;
        }
        else if (plan?.Variants.Select(ImpossibleIn).FirstOrDefault(wrong => wrong is not null) is { } impossible)
        {
            problems.Add(StoredDocument.Damaged(FolderNames.Plan, impossible));
            plan = null;
        }

        if (run is { Variants.IsEmpty: true })
        {
            problems.Add($"{FolderNames.Run} has no variant, so it is no result");
            run = null;
        }

        if (!File.Exists(System.IO.Path.Combine(path, FolderNames.Observations)))
        {
            problems.Add($"{FolderNames.Observations} is missing: nothing that the run saw is left");
        }

        return new StoredRun(path, plan, run, problems.ToImmutable());
    }

    // A value that no scenario file may have is none that a run was planned with.
    private static string? ImpossibleIn(VariantPlan variant)
    {
        var declared = variant.Declared;
        var parts = declared.Loads.Select(load => declared with { Swarm = load.Swarm }).Prepend(declared);
        return (from part in parts
                from row in Settings.All
                let text = row.Impossible(part)
                where text is not null
                select $"{row.Name} is {text}, and it takes {row.Words}").FirstOrDefault();
    }

    /// <summary>What the model predicts over time, of a variant; null where that is not known.</summary>
    public TimeBands? BandsOf(string variant) =>
        StoredDocument.Read<RunBands>(Path, FolderNames.Bands, out _)?.Variants.GetValueOrDefault(variant);

    /// <summary>Hands each observation on in order.</summary>
    /// <param name="fold">Takes them.</param>
    /// <param name="singles">False leaves single records out.</param>
    /// <returns>How many lines could be read, and what could not as sentences.</returns>
    public (LineCounts Counts, ImmutableArray<string> Problems) ReadObservations(Action<Observation> fold, bool singles = true)
    {
        var file = System.IO.Path.Combine(Path, FolderNames.Observations);
        try
        {
            using var stream = FolderFile.OpenRead(file);
            var counts = JsonLines.Read(stream, fold, singles);
            return (counts, Problems(counts));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return (default, [$"{FolderNames.Observations} cannot be read: {unreadable.Message}"]);
        }

        static ImmutableArray<string> Problems(LineCounts counts)
        {
            List<string> problems = [];
            if (counts.Unreadable > 0)
            {
                problems.Add(
                    $"{counts.Unreadable} of {counts.Read + counts.Unreadable} lines of {FolderNames.Observations} are no observations and were passed over");
            }

            if (counts.IsGivenUp)
            {
                problems.Add($"most of {FolderNames.Observations} is something else, so what follows line {counts.Read + counts.Unreadable} was not read");
            }

            if (counts.IsLastLineCut)
            {
                problems.Add($"the last line of {FolderNames.Observations} is cut off: the run was killed while it was written");
            }

            return [.. problems];
        }
    }

    private static T? Read<T>(string folder, string name, ImmutableArray<string>.Builder problems)
        where T : class
    {
        var document = StoredDocument.Read<T>(folder, name, out var problem);
        if (problem is not null)
        {
            problems.Add(problem);
        }

        return document;
    }
}
