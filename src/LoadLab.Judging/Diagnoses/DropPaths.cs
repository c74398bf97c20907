using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging.Diagnoses;

/// <summary>run.json's <c>drop_path</c> from the rows that are one.</summary>
public static class DropPaths
{
    /// <summary>No way of a listener to drop a handshake fired.</summary>
    public const string None = "none";

    /// <summary>The counters could not be read.</summary>
    public const string Unknown = "unknown";

    /// <summary>Of what was seen of a variant by now; at a phase's end every witness has just been asked.</summary>
    public static DropPath Of(Plan plan, VariantEvidence evidence) => Of(RunFacts.Of(plan, evidence));

    /// <summary>Packets that listeners dropped, by path: a cookie drops nothing, and a processor's queue is no listener's.</summary>
    public static IEnumerable<KeyValuePair<string, ulong>> Dropped(DropPath path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.Counts.Where(pair => pair.Key is not (DropRows.CookiesSent or DropRows.Softnet));
    }

    internal static DropPath Of(Facts facts)
    {
        if (facts.Drops is not { } drops)
        {
            return new DropPath(Unknown, ImmutableSortedDictionary<string, ulong>.Empty,
                "unknown: ListenDrops could not be read, so no drop path can be named");
        }

        var fired = DiagnosisCatalogue.All.Where(row => row.Packets?.Invoke(drops) > 0).ToList();
        var counts = fired.GroupBy(row => row.DropPath!)
            .ToImmutableSortedDictionary(group => group.Key, group => group.Select(row => row.Packets!(drops)).Aggregate((a, b) => a + b));
        if (counts.IsEmpty)
        {
            var gone = facts.Clients?.SynsVanished is > 0 and var syns ? $"{TextFormat.Count(syns, "SYN")} did not reach the listener"
                : DiagnosisCatalogue.Of(facts).FirstOrDefault(one => one.Severity == Severity.Fault) is { } fault
                ? $"see the diagnosis '{fault.Id}': {DiagnosisCatalogue.Find(fault.Id)!.Title}"
                : "if clients were lost, look elsewhere (connection tracking, firewall, routing)";
            return new DropPath(None, counts, $"none: no drop path of this listener fired; {gone}");
        }

        var most = counts.OrderByDescending(pair => pair.Key != DropRows.CookiesSent).ThenByDescending(pair => pair.Value).First().Key;
        var sentences = fired.OrderByDescending(row => row.DropPath == most)
            .SelectMany(row => row.Finds(facts).Select(symptom => $"{symptom.Happened.TrimEnd('.')} ({row.KernelSource})"));
        return new DropPath(most, counts, $"{most}: {string.Join("; ", sentences.Append(drops.ToldBy).Where(part => part.Length > 0))}");
    }
}
