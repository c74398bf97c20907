using System.Collections.Immutable;

namespace LoadLab.Model;

/// <summary>What stands in a row's name for one of many: an errno, a counter, a TCP state.</summary>
/// <param name="Placeholder">As documents write it: <c>ERRNO</c>.</param>
/// <param name="Meaning">What may stand there, as half a sentence.</param>
/// <param name="Known">Texts that may stand there, for documents and for the nearest names; all of them, or examples where there is no end of them.</param>
/// <param name="Parse">The argument that a text means; null when it means none.</param>
public abstract record Parameter(string Placeholder, string Meaning, ImmutableArray<string> Known, Func<string, object?> Parse)
{
    /// <summary>The text of an argument, as <see cref="Parse"/> reads it.</summary>
    public abstract string Format(object argument);
}

/// <summary>A parameter with arguments of one type.</summary>
/// <typeparam name="T">Their type.</typeparam>
public sealed record Parameter<T> : Parameter
    where T : notnull
{
    private readonly Func<T, string> format;

    internal Parameter(string placeholder, string meaning, IEnumerable<string> known, Func<string, object?> parse, Func<T, string> format)
        : base(placeholder, meaning, [.. known], parse) => this.format = format;

    /// <inheritdoc/>
    public override string Format(object argument) => format((T)argument);
}

/// <summary>The parameters that there are.</summary>
internal static class Parameters
{
    public static Parameter<Errno> Errno { get; } = new(
        "ERRNO", "an errno by its name", ["ETIMEDOUT", "ECONNRESET", "ECONNREFUSED", "EADDRNOTAVAIL", "EMFILE", "ENFILE"],
        text => Model.Errno.TryParse(text, out var errno) ? errno : null, errno => errno.Name);

    public static Parameter<Counter> Counter { get; } = new(
        "COUNTER", "a counter as /proc/net/snmp and /proc/net/netstat spell it, with its prefix", Model.Counter.Known.Select(counter => counter.Name),
        Model.Counter.TryParse, counter => counter.Name);

    public static Parameter<string> State { get; } = OneOf("STATE", "a TCP state", TcpStateNames.All.Remove(TcpStateNames.Close));

    public static Parameter<string> Syscall { get; } = OneOf("CALL", "a system call of a connect", "socket", "bind", "connect");

    public static Parameter<string> Segment { get; } = OneOf("SEGMENT", "a kind of segment", "SYN", "SYN-ACK", "ACK", "DATA", "FIN", "RST");

    public static Parameter<string> Option { get; } = OneOf("OPTION", "a TCP option", "mss", "window-scale", "sack", "timestamps");

    public static Parameter<string> PeerSegment { get; } = OneOf(
        "SEGMENT", "what the scripted peer sends", [.. EnumWords<PeerSegment>.All.Where(word => word != "connect")]);

    public static Parameter<Role> Role { get; } = new(
        "ROLE", "a role", EnumWords<Role>.All, text => EnumWords<Role>.TryParse(text, out var role) ? role : null, EnumWords<Role>.Of);

    public static Parameter<RetransmitKinds> Kinds { get; } = new(
        "KIND", "a kind of segment, several with +, or all", ["all", "SYN", "SYN-ACK", "DATA", "FIN", "SYN+SYN-ACK"], RetransmitKinds.TryParse,
        kinds => kinds.ToString());

    public static Parameter<RetransmitStep> KindStep { get; } = new(
        "KIND.N", "a kind of segment, and which of its retransmissions: 1 for the first", ["SYN.1", "SYN-ACK.1", "DATA.1", "FIN.1"],
        text => RetransmitStep.TryParse(text, 1, upperCase: true), step => step.ToString().ToUpperInvariant());

    public static Parameter<RetransmitStep> ScheduleStep { get; } = new(
        "KIND.N", "syn, syn-ack, data or fin, and which transmission: 0 for the first", ["syn.1", "syn-ack.1", "data.1", "fin.1"],
        text => RetransmitStep.TryParse(text, 0, upperCase: false), step => step.ToString());

    public static Parameter<string> ProbeStep { get; } = new(
        "STEP", "the name of a step of the probe", ["step"], text => IsWord(text) ? text : null, text => text);

    public static Parameter<string> OneOf(string placeholder, string meaning, params IReadOnlyCollection<string> words) =>
        new(placeholder, meaning, words, text => words.Contains(text) ? text : null, text => text);

    private static bool IsWord(string text) => text.Length > 0 && text.All(letter => letter is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');
}
