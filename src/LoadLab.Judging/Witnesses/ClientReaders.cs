using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>How what the clients say is read.</summary>
internal static class ClientReaders
{
    public static void Fill(ReaderTable table)
    {
        Counted(ClientWitnesses.Attempted, clients => clients.Attempted);
        Counted(ClientWitnesses.Established, clients => clients.Established);
        Counted(ClientWitnesses.Failed, clients => clients.Failed);
        Counted(ClientWitnesses.Pending, clients => clients.Pending);
        Counted(ClientWitnesses.GaveUp, clients => clients.GaveUp);
        Reported(ClientWitnesses.Open, clients => clients.Open);
        Reported(ClientWitnesses.SynRetransmits, clients => clients.SynRetransmits);
        Reported(ClientWitnesses.SynsUnanswered,
            clients => clients.Attempted - WithoutSyn(clients) - AnsweredByReset(clients) + clients.SynRetransmits - clients.Established);
        Reported(ClientWitnesses.Senders, clients => clients.Senders);
        Reported(ClientWitnesses.DataRetransmits, clients => clients.DataRetransmits);
        table.Add(ClientWitnesses.OffStep, seen => IfCounted(seen, clients =>
            new(clients.Latency.Buckets().Where(bucket => !seen.SynSchedule.Explains(bucket.From, bucket.To)).Sum(bucket => bucket.Count))));
        table.Add(ClientWitnesses.OpenFiles, seen => seen.Files.BeforeLoad is not { } before ? Reading.Unseen(SystemReaders.NotSeen)
            : !seen.Clients.AllReported ? Reading.Unseen("not every swarm worker has reported on its sockets")
            : new(before + seen.Clients.Open + seen.Clients.Pending));
        table.Add(ClientWitnesses.Broken, (seen, errno) => IfCounted(seen, _ => new(Broken(seen, errno).Sum(sum => sum.Count))));
        table.Add(ClientWitnesses.BrokenFirstSeen,
            (seen, errno) => IfCounted(seen, _ => Reading.At(Broken(seen, errno).Select(sum => (Nanoseconds?)sum.First).Min())));
        table.Add(ClientWitnesses.FailedAt, (seen, call) =>
            IfCounted(seen, clients => new(clients.Failures.Where(pair => pair.Key.Syscall == call).Sum(pair => pair.Value.Count))));
        table.Add(ClientWitnesses.FirstFailure, (seen, errno) => IfCounted(seen, clients => Reading.At(clients.FirstFailure(errno))));
        table.Add(ClientWitnesses.FailedWith, (seen, errno) =>
            IfCounted(seen, clients => new(clients.Failures.Where(pair => pair.Key.Errno == errno).Sum(pair => pair.Value.Count))));
        table.Add(ClientWitnesses.Latency, (seen, quantile) => Quantile(seen, quantile, clients => clients.Latency, "no connection was established"));

        // A connect's own time is told of one load: the last one that had begun at the moment asked for.
        table.Add(ClientWitnesses.OwnTimes, (seen, quantile) =>
            Quantile(seen, quantile, clients => clients.OwnTimes.OfLastLoad(isFailed: false), "no connect of this load was answered at once"));
        table.Add(ClientWitnesses.OwnTimesOfFailed,
            (seen, quantile) => Quantile(seen, quantile, clients => clients.OwnTimes.OfLastLoad(isFailed: true),
                "no connect of this load was answered at once"));

        void Counted(Witness row, Func<ClientSightings, long> value) => table.Add(row, seen => IfCounted(seen, clients => new(value(clients))));
        void Reported(Witness row, Func<ClientSightings, long> value) =>
            table.Add(row, seen => IfCounted(seen, clients => clients.AllReported ? new(value(clients))
                : Reading.Unseen("not every swarm worker has reported on its sockets")));
    }

    // Without a descriptor or a port a client has sent nothing. One that gave up has.
    private static long WithoutSyn(ClientSightings clients) => clients.Failures
        .Where(pair => pair.Key.Syscall is not ("connect" or ClientSightings.GivenUp) || pair.Key.Errno == Errno.EADDRNOTAVAIL
            || pair.Key.Errno == Errno.EADDRINUSE)
        .Sum(pair => pair.Value.Count);

    // A server that resets at once may be faster than the client's look at its socket, which then says ECONNRESET and not that it is connected.
    private static long AnsweredByReset(ClientSightings clients) => clients.Failures
        .Where(pair => pair.Key.Syscall == "connect" && (pair.Key.Errno == Errno.ECONNRESET || pair.Key.Errno == Errno.ECONNREFUSED))
        .Sum(pair => pair.Value.Count);

    private static IEnumerable<FailureSum> Broken(Sightings seen, Errno errno) =>
        seen.SyscallFailures.Where(pair => pair.Key.Role == Role.Swarm && pair.Key.Errno == errno).Select(pair => pair.Value);

    private static Reading IfCounted(Sightings seen, Func<ClientSightings, Reading> read) =>
        seen.Clients.Any ? read(seen.Clients) : Reading.Unseen("the swarm never said what it did");

    private static Reading Quantile(Sightings seen, string quantile, Func<ClientSightings, LatencyHistogram> of, string whyNot) => IfCounted(seen, clients =>
    {
        var times = of(clients);
        return times.Count == 0 ? Reading.Unseen(whyNot) : new(quantile switch
        {
            "min" => times.Min,
            "max" => times.Max,
            _ => times.Quantile(int.Parse(quantile.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture) / 100.0)!.Value,
        } is var time ? time.Value / 1_000_000_000m : null);
    });
}
