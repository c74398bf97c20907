namespace LoadLab.Model;

/// <summary>What sort of number a quantity or a witness gives: it decides how witnesses are compared.</summary>
public enum QuantityKind
{
    /// <summary>A number of things: witnesses must be equal.</summary>
    Count,

    /// <summary>When something happened, in seconds: since the first load began, or since the phase began for a value at a phase's end.</summary>
    Moment,

    /// <summary>How long something took, in seconds.</summary>
    Duration,

    /// <summary>A share of two figures.</summary>
    Ratio,

    /// <summary>The number of a name: an errno, a TCP state, a call's value. Witnesses must be equal.</summary>
    Answer,
}

/// <summary>What follows from a <see cref="QuantityKind"/>.</summary>
public static class QuantityKinds
{
    /// <summary>True for what is measured in seconds.</summary>
    public static bool IsTime(this QuantityKind kind) => kind is QuantityKind.Moment or QuantityKind.Duration;

    /// <summary>True where two witnesses of the same thing give the same number.</summary>
    public static bool MustAgree(this QuantityKind kind) => kind is QuantityKind.Count or QuantityKind.Answer;
}

/// <summary>The units of quantities and witnesses.</summary>
public static class Units
{
    /// <summary>Connections, or connects.</summary>
    public const string Connections = "connections";

    /// <summary>Segments, or events that one segment causes.</summary>
    public const string Packets = "packets";

    /// <summary>Seconds.</summary>
    public const string Seconds = "s";

    /// <summary>Bytes.</summary>
    public const string Bytes = "bytes";

    /// <summary>System calls.</summary>
    public const string Calls = "calls";

    /// <summary>Numbers of a process's descriptor table.</summary>
    public const string Descriptors = "descriptors";

    /// <summary>Open files of the whole kernel.</summary>
    public const string Files = "files";

    /// <summary>Local ports.</summary>
    public const string Ports = "ports";

    /// <summary>Lines of a log.</summary>
    public const string Lines = "lines";

    /// <summary>The number of an errno; 0 for success.</summary>
    public const string ErrnoNumber = "errno";

    /// <summary>The kernel's number of a TCP state.</summary>
    public const string State = "state";

    /// <summary>A ratio.</summary>
    public const string Times = "times";
}
