using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>How one sees that an external server is ready for load.</summary>
[JsonConverter(typeof(EnumWordsJsonConverter<SubjectReadiness>))]
public enum SubjectReadiness
{
    /// <summary>It has a listener on the target's port.</summary>
    Listening,

    /// <summary>It has a listener on the target's port, and has accepted a first connection: a program may listen long before it serves.</summary>
    Accepting,
}

/// <summary>An external server that is put under load in place of LoadLab's own: nginx, Redis, Kestrel, anything with a port.</summary>
public sealed record SubjectSpec
{
    /// <summary>The program and its arguments; of one text: <c>sh -c TEXT</c>.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>The address that clients connect to.</summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>The port that it listens on.</summary>
    public int Port { get; init; }

    /// <summary>When it is ready.</summary>
    public SubjectReadiness ReadyWhen { get; init; } = SubjectReadiness.Listening;

    /// <summary>How long it may take to be ready.</summary>
    public Nanoseconds ReadyWithin { get; init; } = Nanoseconds.FromSeconds(10);

    /// <summary>Address and port.</summary>
    [JsonIgnore]
    public string Target => $"{Address}:{Port}";

    /// <summary>The command as one would type it.</summary>
    [JsonIgnore]
    public string CommandLine => Command is ["sh", "-c", var text] ? text : string.Join(' ', Command);
}
