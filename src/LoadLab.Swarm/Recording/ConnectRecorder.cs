using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>Single connects of one thread, bounded whatever the load: the first of all, then the first and the last of each outcome and errno.</summary>
/// <remarks>
/// Called by one thread. Rows lie in an array made beforehand, and become observations on a tick on which no connect is due, or when the array is
/// full: JSON is made by the pipe's
/// thread, and on few cores that would be taken from the connects themselves.
/// The last of each kind leave only by <see cref="WriteLast"/>, which a report and the end call.
/// </remarks>
internal sealed class ConnectRecorder(int worker, Action<Observation> write)
{
    /// <summary>Single connects of a run recorded at first.</summary>
    public const int RowsOfRunAtFirst = 20_000;

    /// <summary>Then the first and the last so many of each outcome and errno.</summary>
    public const int RowsOfRunOfKind = 1_000;

    private const int RowsOfLine = 500;
    private const int MostWaiting = 16 * RowsOfLine;
    private readonly ConnectRecord[] waiting = new ConnectRecord[MostWaiting];
    private readonly List<KindOfRow> kinds = [];
    private int mostAtFirst = RowsOfRunAtFirst;
    private int mostOfKind = RowsOfRunOfKind;
    private int waitingCount;
    private long recordedAtFirst;

    /// <summary>True when rows wait to be written.</summary>
    public bool HasWaiting => waitingCount > 0;

    /// <summary>So many threads share what a run may record. Said once, before the first connect.</summary>
    public void ShareWith(long threads)
    {
        mostAtFirst = (int)Math.Max(1, RowsOfRunAtFirst / threads);
        mostOfKind = (int)Math.Max(1, RowsOfRunOfKind / threads);
    }

    /// <summary>Records a connect, or forgets an older one of its kind for it.</summary>
    public void Add(in ConnectRecord row)
    {
        if (recordedAtFirst < mostAtFirst)
        {
            recordedAtFirst++;
            Append(row);
            return;
        }

        var kind = KindOf(row);
        if (kind.First < mostOfKind)
        {
            kind.First++;
            Append(row);
            return;
        }

        kind.Last[(int)(kind.Later++ % mostOfKind)] = row;
    }

    /// <summary>Writes what waits.</summary>
    public void Write(long now)
    {
        if (waitingCount == 0)
        {
            return;
        }

        for (var from = 0; from < waitingCount; from += RowsOfLine)
        {
            write(new ConnectRecords(worker, [.. waiting.AsSpan(from, Math.Min(RowsOfLine, waitingCount - from))]) { T = new Nanoseconds(now) });
        }

        waitingCount = 0;
    }

    /// <summary>Writes what waits and the last of each kind, the oldest first; those are then forgotten.</summary>
    public void WriteLast(long now)
    {
        foreach (var kind in kinds)
        {
            for (var i = Math.Max(0, kind.Later - mostOfKind); i < kind.Later; i++)
            {
                Append(kind.Last[(int)(i % mostOfKind)]);
            }

            kind.Later = 0;
        }

        Write(now);
    }

    private void Append(in ConnectRecord row)
    {
        waiting[waitingCount++] = row;
        if (waitingCount == MostWaiting)
        {
            Write(Math.Max(row.Actual, row.End));
        }
    }

    private KindOfRow KindOf(in ConnectRecord row)
    {
        foreach (var kind in kinds)
        {
            if (kind.Outcome == row.Outcome && kind.Errno == row.Errno)
            {
                return kind;
            }
        }

        var added = new KindOfRow(row.Outcome, row.Errno, new ConnectRecord[mostOfKind]);
        kinds.Add(added);
        return added;
    }

    private sealed class KindOfRow(ConnectOutcome outcome, Errno errno, ConnectRecord[] last)
    {
        public readonly ConnectOutcome Outcome = outcome;
        public readonly Errno Errno = errno;
        public readonly ConnectRecord[] Last = last;
        public long First;
        public long Later;
    }
}
