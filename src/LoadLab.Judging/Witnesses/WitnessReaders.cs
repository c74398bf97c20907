using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>The readers of the whole catalogue of witnesses. A new witness is a row in the Model and its reader here.</summary>
public static class WitnessReaders
{
    private static readonly ReaderTable Table = Fill();

    /// <summary>The rows that can be asked.</summary>
    public static IReadOnlyCollection<Witness> Rows => Table.Rows;

    internal static Reading Read(Sightings seen, IReadOnlyDictionary<string, (long Count, string Why)> losses, WitnessRef asked) =>
        Table.Read(seen, losses, asked);

    private static ReaderTable Fill()
    {
        var table = new ReaderTable();
        ClientReaders.Fill(table);
        ServerReaders.Fill(table);
        ListenerReaders.Fill(table);
        PacketReaders.Fill(table);
        PeerReaders.Fill(table);
        ProcessReaders.Fill(table);
        ProbeReaders.Fill(table);
        SessionReaders.Fill(table);
        SystemReaders.Fill(table);
        return table;
    }
}
