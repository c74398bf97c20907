using System.Collections.Immutable;
using LoadLab.Judging.Sizing;
using LoadLab.Model;

namespace LoadLab.Runs.Sizing;

/// <summary>What the command line asks of a target by name, or of a scenario.</summary>
public sealed record SizeAsk
{
    /// <summary>A target's name, or a scenario's name or file.</summary>
    public required string What { get; init; }

    /// <summary>Clients a second.</summary>
    public Rate? Rate { get; init; }

    /// <summary>The longest time for which accept() is not called.</summary>
    public Nanoseconds? Pause { get; init; }

    /// <summary>Calls of accept() a second when the pause is over; null: as fast as they come.</summary>
    public Rate? AcceptRate { get; init; }

    /// <summary>Connections that are held at once.</summary>
    public long? Connections { get; init; }

    /// <summary>Who closes first.</summary>
    public string? Close { get; init; }

    /// <summary>The client's descriptors and not the server's.</summary>
    public bool OfClient { get; init; }

    /// <summary>The setting that is to be found.</summary>
    public string? Find { get; init; }

    /// <summary>The values that are searched.</summary>
    public SizeRange? Range { get; init; }

    /// <summary>What has to hold.</summary>
    public ImmutableArray<SizeCondition> Conditions { get; init; } = [];

    /// <summary>Further settings, each as <c>NAME=VALUE</c>.</summary>
    public ImmutableArray<string> Settings { get; init; } = [];

    /// <summary>The sandbox, the external server and where it listens, the variant.</summary>
    public required RunRequest Run { get; init; }

    /// <summary>Kernel runs at most.</summary>
    public int Budget { get; init; } = 30;

    /// <summary>The command line.</summary>
    public string Command { get; init; } = "";
}
