using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>How each row of the catalogue of witnesses is read from what was seen.</summary>
internal sealed class ReaderTable
{
    private readonly Dictionary<Witness, Func<Sightings, object?, Reading>> readers = [];

    /// <summary>The rows that have a reader.</summary>
    public IReadOnlyCollection<Witness> Rows => readers.Keys;

    /// <summary>Attaches the reader of a row that is one figure.</summary>
    public void Add(Witness row, Func<Sightings, Reading> read) => readers.Add(row, (seen, _) => read(seen));

    /// <summary>Attaches the reader of a row for one of many.</summary>
    public void Add<T>(Witness<T> row, Func<Sightings, T, Reading> read)
        where T : notnull => readers.Add(row, (seen, argument) => read(seen, (T)argument!));

    /// <summary>What a witness says; unseen where samples were lost that it depends on.</summary>
    public Reading Read(Sightings seen, IReadOnlyDictionary<string, (long Count, string Why)> losses, WitnessRef asked) =>
        asked.BlindedBy.FirstOrDefault(losses.ContainsKey) is { } source
            ? Reading.Unseen($"{TextFormat.Count(losses[source].Count, "sample")} of {source} lost: {losses[source].Why}")
            : readers[asked.Witness](seen, asked.Argument);
}
