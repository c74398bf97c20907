using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>
/// What the conductor tells a role, one JSON line on its standard input; answered by <see cref="CommandDone"/> with the same id. End of input means
/// stop.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "do")]
[JsonDerivedType(typeof(BeginCommand), "begin")]
[JsonDerivedType(typeof(LoadCommand), "load")]
[JsonDerivedType(typeof(ListenCommand), "listen")]
[JsonDerivedType(typeof(AcceptCommand), "accept")]
[JsonDerivedType(typeof(EndClientsCommand), "end-clients")]
[JsonDerivedType(typeof(SendCommand), "send")]
[JsonDerivedType(typeof(DeferAcceptCommand), "defer-accept")]
[JsonDerivedType(typeof(PeerCommand), "peer")]
[JsonDerivedType(typeof(ProbeCommand), "probe")]
[JsonDerivedType(typeof(SessionsCommand), "sessions")]
[JsonDerivedType(typeof(ReportCommand), "report")]
[JsonDerivedType(typeof(StopCommand), "stop")]
public abstract record RoleCommand(int Id)
{
    /// <summary>Its word, as on the pipe: <c>end-clients</c>.</summary>
    [JsonIgnore]
    public string Word => string.Concat(GetType().Name[..^"Command".Length].Select(
        (letter, at) => char.IsUpper(letter) ? $"{(at > 0 ? "-" : "")}{char.ToLowerInvariant(letter)}" : $"{letter}"));

    /// <summary>Why a role that has no use for it refuses it.</summary>
    /// <param name="role">The role, as half a sentence: <c>the swarm</c>.</param>
    public string NotFor(string role) => $"'{Word}' is a command for another role, not for {role}";
}

/// <summary>To the server: the load begins at this moment; the clocks of <c>paced</c> and <c>stalled</c> start then. Done at once.</summary>
public sealed record BeginCommand(int Id, Nanoseconds StartAt) : RoleCommand(Id);

/// <summary>
/// To each swarm worker: connect. The whole load is described; worker <c>w</c> of <c>Workers</c> issues the connects whose index is w modulo Workers.
/// Done when issued or settled.
/// </summary>
/// <param name="Id">Its id.</param>
/// <param name="Wave">Which load phase, from 0.</param>
/// <param name="Swarm">The whole load.</param>
/// <param name="Workers">How many workers share it.</param>
/// <param name="Address">The target's address.</param>
/// <param name="Port">The target's port.</param>
/// <param name="PortRangeLow">Low end of the ephemeral range, for planned ports.</param>
/// <param name="PortRangeHigh">High end.</param>
/// <param name="StartAt">Moment 0 of the intended starts.</param>
/// <param name="Until">When it is done.</param>
public sealed record LoadCommand(
    int Id,
    int Wave,
    SwarmSpec Swarm,
    int Workers,
    string Address,
    int Port,
    int PortRangeLow,
    int PortRangeHigh,
    Nanoseconds StartAt,
    LoadUntil Until) : RoleCommand(Id);

/// <summary>To the server: listen() again on the live listeners.</summary>
public sealed record ListenCommand(int Id, int Backlog) : RoleCommand(Id);

/// <summary>To the server: another accept policy. Done when every accept thread follows it.</summary>
public sealed record AcceptCommand(int Id, AcceptPolicy Policy, Nanoseconds StartAt) : RoleCommand(Id);

/// <summary>To a swarm worker: end this many of its held connections, the oldest first; all when null. Done when the calls have returned.</summary>
public sealed record EndClientsCommand(int Id, ClientEnd End, int? Count) : RoleCommand(Id);

/// <summary>
/// To a swarm worker: this many of its held connections, the oldest first, send so many bytes each; all when null. Done when the calls have returned.
/// </summary>
public sealed record SendCommand(int Id, int Bytes, int? Count) : RoleCommand(Id);

/// <summary>To the server: setsockopt TCP_DEFER_ACCEPT on the live listeners.</summary>
public sealed record DeferAcceptCommand(int Id, Nanoseconds DeferAccept) : RoleCommand(Id);

/// <summary>
/// To the scripted peer: send this to the server's port. Done when all is sent and, for <see cref="PeerSegment.Connect"/>, each SYN-ACK was answered
/// or a second has passed without one.
/// </summary>
public sealed record PeerCommand(int Id, PeerAction Action, string Address, int Port) : RoleCommand(Id);

/// <summary>To the probe: make this call. Done when it has returned and its answer is written; that it failed is an answer, too.</summary>
public sealed record ProbeCommand(int Id, ProbeStep Step) : RoleCommand(Id);

/// <summary>To the probe: walk these sessions. Done when the last of them is over.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Sessions">The sessions.</param>
/// <param name="InNamespacesOfTheirOwn">True: side by side, each in a network namespace that it makes.</param>
/// <param name="Starter">Where the run was started: no sysctl is written and no scripted peer sends there.</param>
/// <param name="Sandbox">The sandbox that this is said to be.</param>
public sealed record SessionsCommand(int Id, System.Collections.Immutable.ImmutableArray<Session> Sessions, bool InNamespacesOfTheirOwn,
    NamespaceIdentity Starter, SandboxKind Sandbox) : RoleCommand(Id);

/// <summary>To any role: write what you see now (and all that was not yet written), then done.</summary>
public sealed record ReportCommand(int Id) : RoleCommand(Id);

/// <summary>To any role: stop now, write what is left, done, exit 0.</summary>
public sealed record StopCommand(int Id) : RoleCommand(Id);
