using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>How what the scripted peer, and another tool, say is read.</summary>
internal static class PeerReaders
{
    public static void Fill(ReaderTable table)
    {
        Told(PeerWitnesses.Flows, tally => tally.Flows);
        Told(PeerWitnesses.Answered, tally => tally.Answered);
        Told(PeerWitnesses.Unanswered, tally => tally.Flows - tally.Answered);
        Told(PeerWitnesses.HalfOpen, tally => tally.HalfOpen);
        Told(PeerWitnesses.SynAcks, tally => tally.SynAcks);
        Told(PeerWitnesses.SynAcksAgain, tally => tally.SynAcks - tally.Answered);
        Told(PeerWitnesses.Resets, tally => tally.Resets);
        Told(PeerWitnesses.Fins, tally => tally.Fins);
        Told(PeerWitnesses.Acknowledged, tally => tally.Acknowledged);
        Told(PeerWitnesses.Echoed, tally => tally.Echoed);
        table.Add(PeerWitnesses.WithOption, (seen, option) => IfPeer(seen, tally => tally.Options.GetValueOrDefault(option)));
        table.Add(PeerWitnesses.Sent, (seen, what) => IfPeer(seen, tally => tally.Sent.GetValueOrDefault(what)));
        Tool(Model.Witnesses.ToolOk, figures => figures.Ok);
        Tool(Model.Witnesses.ToolFailed, figures => figures.Failed);

        void Told(Witness row, Func<PeerTally, long> value) => table.Add(row, seen => IfPeer(seen, value));
        void Tool(Witness row, Func<ToolFigures, long> value) => table.Add(row, seen =>
            seen.Tool.Count > 0 ? new(seen.Tool.Values.Sum(value)) : Reading.Unseen("the tool that paced the clients never said what it counted in all"));
    }

    private static Reading IfPeer(Sightings seen, Func<PeerTally, long> value) =>
        seen.Peer is { } tally ? new(value(tally)) : Reading.Unseen("the scripted peer never said what it did");
}
