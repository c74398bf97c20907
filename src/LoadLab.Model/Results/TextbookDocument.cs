using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>How a claim of the textbook came out.</summary>
[JsonConverter(typeof(EnumWordsJsonConverter<ClaimOutcome>))]
public enum ClaimOutcome
{
    /// <summary>As the textbook says.</summary>
    Held,

    /// <summary>As the textbook says, with a qualification that is itself checked.</summary>
    [JsonStringEnumMemberName("held, with a nuance")]
    Nuanced,

    /// <summary>Not as the textbook says.</summary>
    Broken,

    /// <summary>It could not be seen.</summary>
    Inconclusive,

    /// <summary>It was not tried here, for the reason that is given.</summary>
    Skipped,
}

/// <summary>How often a kind of witness was asked for a claim, and how often it said what was expected.</summary>
public sealed record ClaimWitness(string Name, int Asked, int Agreed);

/// <summary>A claim with what was seen.</summary>
public sealed record TextbookClaim
{
    /// <summary>The scenario's name; with <see cref="Session.Ipv6Suffix"/> for what was done over IPv6.</summary>
    public required string Id { get; init; }

    /// <summary>The chapter.</summary>
    public required string Chapter { get; init; }

    /// <summary>The sentence.</summary>
    public required string Claim { get; init; }

    /// <summary>How it came out.</summary>
    public required ClaimOutcome Outcome { get; init; }

    /// <summary>Who said so.</summary>
    public required ImmutableArray<ClaimWitness> Witnesses { get; init; }

    /// <summary>What was seen, step by step, in words.</summary>
    public required string Observed { get; init; }

    /// <summary>The qualification; null where there is none.</summary>
    public string? Nuance { get; init; }

    /// <summary>Why it did not hold, or was not tried; null when it held.</summary>
    public string? Reason { get; init; }

    /// <summary>File and function of the kernel; null where the claim is of many.</summary>
    public string? KernelSource { get; init; }

    /// <summary>Over which protocol.</summary>
    public SocketFamily Family { get; init; }

    /// <summary>How long it took, in seconds.</summary>
    public double TookS { get; init; }

    /// <summary>The command that runs it alone.</summary>
    public required string Again { get; init; }
}

/// <summary>A change of state that was seen.</summary>
/// <param name="From">The state before.</param>
/// <param name="To">The state after.</param>
/// <param name="By">What was done: a call, or a segment of the peer.</param>
public sealed record StateTransition(string From, string To, string By);

/// <summary>The textbook as it came out on one kernel: textbook.json, and what <c>loadlab textbook --json</c> writes.</summary>
public sealed record TextbookDocument
{
    /// <summary>Version of this document's form.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>The kernel that was asked.</summary>
    public required KernelVersion Kernel { get; init; }

    /// <summary>Where.</summary>
    public required SandboxKind Sandbox { get; init; }

    /// <summary>When, by the wall clock.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>How long it took, in seconds.</summary>
    public required double DurationS { get; init; }

    /// <summary>The claims, in the book's order.</summary>
    public required ImmutableArray<TextbookClaim> Claims { get; init; }

    /// <summary>The states that were held still and seen.</summary>
    public required ImmutableArray<string> States { get; init; }

    /// <summary>The changes of state that were seen.</summary>
    public required ImmutableArray<StateTransition> Transitions { get; init; }

    /// <summary>False when it was interrupted.</summary>
    public bool Finished { get; init; } = true;

    /// <summary>
    /// How it came out as a whole: broken when one claim is; inconclusive when one could not be seen, or none was tried, or it was interrupted.
    /// </summary>
    [JsonIgnore]
    public Outcome Verdict =>
        Claims.Any(claim => claim.Outcome == ClaimOutcome.Broken) ? Outcome.Broken
        : !Finished || Claims.Any(claim => claim.Outcome == ClaimOutcome.Inconclusive) || Claims.All(claim => claim.Outcome == ClaimOutcome.Skipped)
            ? Outcome.Inconclusive
        : Outcome.Held;
}
