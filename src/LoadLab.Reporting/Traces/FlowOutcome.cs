namespace LoadLab.Reporting.Traces;

/// <summary>What became of a connection, by its packets alone.</summary>
/// <param name="Name">In a few words.</param>
/// <param name="Means">What the reader sees in the packets, as a sentence.</param>
internal sealed record FlowOutcome(string Name, string Means)
{
    // The first row that fits.
    private static readonly (Func<FlowNote, bool> Fits, FlowOutcome Outcome)[] Rows =
    [
        (flow => flow.SynAcks == 0 && flow.ServerResets > 0, new("Refused", "The SYN is answered by a reset: no socket listens on this port.")),
        (flow => flow.SynAcks == 0 && flow.ClientResets > 0, new("Given up before an answer", "The client sends a reset before any answer.")),
        (flow => flow.SynAcks == 0, new("No answer",
            "Each SYN was sent and none was answered: it was dropped. The client retransmits it and cannot know why.")),
        (flow => flow.ClientResets > 0 && flow.ClientAnswers == 0,
        new("SYN-ACK answered by a reset", "The server answers, and the client's side knows of no such connection.")),
        (flow => flow.ClientAnswers == 0, new("Half-open", "The server answers and the final ACK never comes: the request keeps its place in the SYN queue.")),
        (flow => flow.LateSynAcks > 0 && flow.ServerResets > 0,
        new("Final ACK ignored, then reset", "The client is connected from its own point of view; the server retransmits its SYN-ACK and then resets.")),
        (flow => flow.LateSynAcks > 0, new("Final ACK ignored",
            "The client is connected from its own point of view; the accept queue was full when its ACK came, so the server retransmits its SYN-ACK.")),
        (flow => flow.ServerResets > 0, new("Reset by the server", "An established connection that the server's side resets.")),
        (flow => flow.ClientResets > 0, new("Reset by the client", "An established connection that the client's side resets.")),
        (flow => flow.Syns > 1, new("Established by a retransmitted SYN", "The first SYN was dropped; a later one found room.")),
        (flow => flow.DataAgain > 0, new("Data retransmitted", "Data is retransmitted because it is not acknowledged.")),
        (flow => flow.FinsAgain > 0, new("FIN retransmitted", "The FIN is retransmitted because it is not acknowledged.")),
        (flow => flow.ClientFins > 0 && flow.ServerFins > 0, new("Established and closed", "Both ends said that they are done.")),
        (flow => flow.ClientFins > 0, new("Closed by the client only", "The client is done; the server has not closed its end.")),
        (flow => flow.ServerFins > 0, new("Closed by the server only", "The server is done; the client has not closed its end.")),
        (_ => true, new("Established", "SYN, SYN-ACK, ACK: for the client the handshake is over with the first try.")),
    ];

    /// <summary>Every outcome there is, in the order of the table.</summary>
    public static IEnumerable<FlowOutcome> All => Rows.Select(row => row.Outcome);

    /// <summary>Of a connection.</summary>
    public static FlowOutcome Of(FlowNote flow) => Rows.First(row => row.Fits(flow)).Outcome;
}
