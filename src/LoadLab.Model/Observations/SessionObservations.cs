using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>A socket of a session after a step, by three ways into the kernel.</summary>
/// <param name="Name">Its name in the session; <c>other.NAME</c> is the other end of a connection.</param>
/// <param name="Diag">Its state by sock_diag; <see cref="NotListed"/> when it is not in that table.</param>
/// <param name="Proc">Its state by /proc/net/tcp or tcp6; <see cref="NotListed"/> when it is not in that table.</param>
/// <param name="Info">Its state by TCP_INFO on its own descriptor; null when there is none.</param>
/// <param name="DiagTimerS">What its timer has left by sock_diag, in seconds; null when none runs.</param>
/// <param name="ProcTimerS">Likewise by /proc/net/tcp.</param>
public sealed record SocketSeen(string Name, string Diag, string Proc, string? Info, double? DiagTimerS, double? ProcTimerS)
{
    /// <summary>A socket that is in no table: one in CLOSE, or none any more.</summary>
    public const string NotListed = "-";

    /// <summary>
    /// The state by sock_diag, else by the descriptor; CLOSE when neither tells one. (In TIME-WAIT the two are different objects: the descriptor's is
    /// in CLOSE, net/ipv4/tcp_minisocks.c tcp_time_wait.)
    /// </summary>
    [JsonIgnore]
    public string State => Diag != NotListed ? Diag : Info ?? TcpStateNames.Close;
}

/// <summary>A step of a session with all that was seen after it.</summary>
/// <param name="Session">The session's name.</param>
/// <param name="Step">The step's name.</param>
/// <param name="Call">What was called.</param>
/// <param name="Value">What it returned.</param>
/// <param name="Errno">Its errno.</param>
/// <param name="Blocked">True when it had not returned at the time of the look.</param>
/// <param name="Text">What was read; null for what reads nothing.</param>
/// <param name="Sockets">Every socket of the session.</param>
/// <param name="Packets">Segments since the step before, in order.</param>
/// <param name="Counters">By how much the namespace's counters moved since the step before.</param>
public sealed record StepSeen(
    string Session,
    string Step,
    SessionCall Call,
    long Value,
    Errno Errno,
    bool Blocked,
    string? Text,
    ImmutableArray<SocketSeen> Sockets,
    ImmutableArray<string> Packets,
    ImmutableSortedDictionary<string, long> Counters) : Observation
{
    /// <inheritdoc/>
    public override void Visit(IObservationVisitor visitor) => visitor.StepSeen(this);
}

/// <summary>A session is over.</summary>
/// <param name="Session">Its name.</param>
/// <param name="Took">From its namespace to its last step.</param>
/// <param name="Late">
/// By how much its thread was late at worst: beyond <see cref="InTime"/> the kernel's timers may have done what the session expects later.
/// </param>
/// <param name="Problem">Why it did not get to its end, as a sentence; null when it did.</param>
public sealed record SessionEnded(string Session, Nanoseconds Took, Nanoseconds Late, string? Problem) : Observation
{
    /// <summary>So late is no matter: the kernel's shortest timer that sessions wait for has 200 ms.</summary>
    public static readonly Nanoseconds InTime = Nanoseconds.FromMilliseconds(100);

    /// <inheritdoc/>
    public override void Visit(IObservationVisitor visitor) => visitor.SessionEnded(this);
}
