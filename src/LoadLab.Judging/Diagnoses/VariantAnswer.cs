using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging.Diagnoses;

/// <summary>One variant in words: its first diagnosis, and what became of its clients.</summary>
internal sealed class VariantAnswer(Plan plan, VariantEvidence evidence)
{
    private readonly VariantResult figures = VariantFigures.Of(plan, evidence);
    private readonly Sightings seen = evidence.Final;

    public string Name => figures.Name;

    public ImmutableArray<Diagnosed> Diagnoses => figures.Diagnoses;

    /// <summary>What lost connections or soon will, else what is worth knowing of its handshakes; null when nothing is.</summary>
    public Diagnosed? Lead => Diagnoses.FirstOrDefault(one => one.Id is not "half-open-reset");

    /// <summary>What the kernel dropped could not be seen.</summary>
    public bool IsUnseen => figures.DropPath.Path == DropPaths.Unknown;

    /// <summary>Neither clients nor peer nor probe did anything.</summary>
    public bool HasNothing => Connections.Attempted == 0 && figures.Peer is not { Flows: > 0 };

    /// <summary>What happened, in one or two sentences.</summary>
    public string Happened => IsUnseen && HasNothing ? "Nothing of the run could be seen."
        : IsUnseen ? $"What the kernel dropped could not be seen: {Fate}."
        : Probe is { } probe ? probe
        : Lead is { } lead ? $"{lead.Happened} {Capital(Fate)}."
        : HasNothing ? "No client tried to connect, or no report of one came."
        : $"The kernel dropped no SYN: {Fate}{Peak}.";

    /// <summary>The same as a part of a sentence.</summary>
    public string InShort
    {
        get
        {
            var what = Lead is { Severity: Severity.Fault } lead ? $": {Lower(DiagnosisCatalogue.Find(lead.Id)!.Title)}, {Fate}" : IsUnseen
                ? ": could not be seen to the end" : $": nothing was lost, {Fate}{Peak}";
            return $"'{Name}'{what}";
        }
    }

    private ConnectionFigures Connections => figures.Connections;

    private string Peak => figures.Queues.Accept is { Peak: { } peak, Capacity: { } takes }
        ? $"; the accept queue held at most {peak} of {TextFormat.Count(takes, "connection")}" : "";

    private string Fate
    {
        get
        {
            if (HasNothing)
            {
                return "no client connected";
            }

            List<string> parts = [];
            if (figures.Peer is { Flows: > 0 } peer)
            {
                var halfOpen = figures.Queues.Syn.Peak is > 0 and var most
                    ? $", at most {TextFormat.Count(most, "request")} {(most == 1 ? "was" : "were")} half-open" : "";
                parts.Add(
                    $"{peer.Answered} of the scripted peer's {TextFormat.Count(peer.Flows, "SYN")} {(peer.Answered == 1 ? "was" : "were")} answered{halfOpen}");
            }

            if (Connections.Attempted > 0)
            {
                var slowest = Connections is { Latency: { } latency, Established: > 0 } ? $", the slowest after {TextFormat.Seconds(latency.MaxS)}" : "";
                parts.Add($"{Connections.Established} of {TextFormat.Count(Connections.Attempted, "client")} connected{slowest}");
                parts.AddRange(Unconnected());
            }

            return string.Join("; ", parts);
        }
    }

    // What clients that are connected from their own point of view cannot know.
    private IEnumerable<string> Unconnected()
    {
        var gaveUp = seen.Clients.GaveUp;
        if (Connections.Pending > 0)
        {
            yield return $"{TextFormat.Count(Connections.Pending, "client")} {TextFormat.Are(Connections.Pending)} still waiting";
        }

        if (gaveUp > 0)
        {
            yield return $"{TextFormat.Count(gaveUp, "client")} gave up";
        }

        if (Connections.Failed > gaveUp)
        {
            yield return $"{TextFormat.Count(Connections.Failed - gaveUp, "client")} got an error";
        }

        if (figures.Server is { } server && Diagnoses.Any(one => one.Id.StartsWith("final-ack", StringComparison.Ordinal)))
        {
            yield return server.Accepted == 0 ? "the server has accepted none" : $"the server has accepted {TextFormat.Count(server.Accepted, "connection")}";
        }
    }

    private string? Probe
    {
        get
        {
            List<ProbeAnswered> failed = [.. seen.Probe.Answers.Where(answer => !answer.Errno.IsNone)];
            var all = seen.Probe.Answers.Count();
            return all == 0 || Connections.Attempted > 0 ? null
                : failed.Count == 0 ? $"All {all} calls of the probe succeeded."
                : $"Of {TextFormat.Count(all, "call")} of the probe {failed.Count} failed: {TextFormat.And([.. failed.Select(InWords)])}.";

            static string InWords(ProbeAnswered answer) =>
                $"{EnumWords<ProbeCall>.Of(answer.Call)} in step '{answer.Step}' with {answer.Errno.Name} ({answer.Errno.Sentence})";
        }
    }

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    // "SYNs met …" keeps its capitals.
    private static string Lower(string text) => text.Length > 1 && char.IsLower(text[1]) ? char.ToLowerInvariant(text[0]) + text[1..] : text;
}
