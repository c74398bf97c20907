using LoadLab.Model;
using LoadLab.Scenarios.Yaml;

namespace LoadLab.Scenarios.Keys;

/// <summary>The keys of <c>peer</c>: the scripted peer itself, and what a phase tells it.</summary>
internal static class PeerKeys
{
    private const int MostFlows = 1_000_000;

    /// <summary>What goes into the server's first window, whatever its options.</summary>
    private const int MostBytes = 32_768;

    /// <summary>The table of the scenario's own <c>peer</c>.</summary>
    public static KeyTable<PeerSpec> Table { get; } = new(
        "The scripted peer: a raw IP client that sends what phases tell it and answers nothing by itself.",
        [],
        SettingKey<PeerSpec>.Of(PeerSettings.Rows));

    /// <summary>The table of a phase's <c>peer</c>.</summary>
    public static KeyTable<PeerAction> Action { get; } = new(
        "What the scripted peer sends.",
        ["send"],
        new ValueKey<PeerAction, PeerSegment>("send", Forms.Word<PeerSegment>(),
        "syn, and connect (syn and at its SYN-ACK the final ack), begin new flows; ack, data, fin and rst continue existing flows.",
        (peer, value) => peer with { Send = value }),
        new ValueKey<PeerAction, int>("count", Forms.Whole(1, MostFlows),
        "On how many flows: new ones (default 1), or the oldest that can take it (default all).", (peer, value) => peer with { Count = value }),
        new ValueKey<PeerAction, Rate>("rate", Forms.Rate, "How many a second; default as fast as it can.", (peer, value) => peer with { Rate = value }),
        new ValueKey<PeerAction, int>("bytes", Forms.Whole(1, MostBytes),
        "Data only: how many bytes on each flow; retransmitted as they are while the server has not acknowledged them.",
        (peer, value) => peer with { Bytes = value }));

    /// <summary>Reads what a phase tells the peer, and refuses what contradicts it.</summary>
    public static PeerAction Read(Declared declared, string path, Reading reading)
    {
        var action = Action.Read(new PeerAction(PeerSegment.Syn, null, null, 0), declared, path, reading);
        if (declared is not DeclaredMapping mapping)
        {
            return action;
        }

        if (action.Send == PeerSegment.Data && !mapping.Has("bytes"))
        {
            reading.Error(mapping.Place, $"{path}.send is data, but {path}.bytes is missing: say how many bytes each flow sends, e.g. bytes: 10");
        }

        return action;
    }
}
