using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>How what LoadLab's server says of itself is read.</summary>
internal static class ServerReaders
{
    public static void Fill(ReaderTable table)
    {
        Told(ServerWitnesses.Accepted, tally => tally.Accepted);
        Told(ServerWitnesses.Open, tally => tally.Open);
        Told(ServerWitnesses.Shed, tally => tally.Shed);
        Told(ServerWitnesses.FailedAccepts, tally => tally.FailedAccepts);
        Told(ServerWitnesses.EndOfStream, tally => tally.EndOfStream);
        Told(ServerWitnesses.BytesRead, tally => tally.BytesRead);
        table.Add(ServerWitnesses.Failures, (seen, errno) => IfTally(seen, _ => new(seen.ServerFailures.GetValueOrDefault(errno))));
        table.Add(ServerWitnesses.Retransmits, seen =>
            IfTally(seen, tally => tally.Retransmits is { } count ? new(count)
                : Reading.Unseen("the server did not ask its connections what they had retransmitted")));
        table.Add(ServerWitnesses.DeferAccept, seen => seen.Server is { DeferAccept: { } live } ? new(live.Value / 1_000_000_000m)
            : Reading.Unseen("the server never read TCP_DEFER_ACCEPT"));
        table.Add(ServerWitnesses.Errors, (seen, errno) => IfTally(seen, tally => new(tally.Errors.GetValueOrDefault(errno))));
        table.Add(ServerWitnesses.ErrorFirstSeen,
            (seen, errno) => IfTally(seen, _ => Reading.At(seen.ServerErrors.TryGetValue(errno, out var moment) ? moment : null)));

        void Told(Witness row, Func<ServerTally, long> value) => table.Add(row, seen => IfTally(seen, tally => new(value(tally))));
    }

    private static Reading IfTally(Sightings seen, Func<ServerTally, Reading> read) =>
        seen.Server is { } tally ? read(tally) : Reading.Unseen("the server never said what it did");
}
