using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging.Diagnoses;

/// <summary>Every diagnosis, in the order in which a person is told: what lost connections first, then their causes, then limits that are near, then what is
/// worth knowing.</summary>
public static class DiagnosisCatalogue
{
    /// <summary>The rows.</summary>
    public static ImmutableArray<Diagnosis> All { get; } =
    [
        .. DropRows.All.Where(row => row.Severity != Severity.Note), .. SilenceRows.All.Where(row =>
            row.Severity != Severity.Note), .. AcceptRows.All, .. DescriptorRows.All, .. PortRows.All, .. CounterRows.All, .. ErrnoRows.All,
        .. DropRows.All.Where(row => row.Severity == Severity.Note), .. SilenceRows.All.Where(row => row.Severity == Severity.Note), .. VisibilityRows.All,
    ];

    private static readonly ImmutableDictionary<string, Diagnosis> ById = All.ToImmutableDictionary(row => row.Id);

    /// <summary>The row of an id; null when there is none.</summary>
    public static Diagnosis? Find(string id) => ById.GetValueOrDefault(id);

    /// <summary>What these facts show, the worst first.</summary>
    public static ImmutableArray<Diagnosed> Of(Facts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ImmutableArray<Diagnosed> found = [.. All.SelectMany(row => row.Of(facts))];
        var replaced = found.SelectMany(one => ById[one.Id].Replaces).ToHashSet();
        return [.. found.Where(one => !replaced.Contains(one.Id)).OrderBy(one => one.Severity)];
    }

    /// <summary>True when one diagnosis is the cause of another.</summary>
    public static bool Explains(Diagnosed cause, Diagnosed effect)
    {
        ArgumentNullException.ThrowIfNull(cause);
        ArgumentNullException.ThrowIfNull(effect);
        return Find(cause.Id)?.Explains.Contains(effect.Id) == true;
    }
}
