using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>When a load phase is over.</summary>
[JsonConverter(typeof(EnumWordsJsonConverter<LoadUntil>))]
public enum LoadUntil
{
    /// <summary>All connects have been issued.</summary>
    Issued,

    /// <summary>Each connect has been answered, given up or failed.</summary>
    Settled,
}

/// <summary>One phase: an action, then a wait; when it ends, every witness is asked once more.</summary>
public sealed record Phase(string Name, PhaseAction Action, Nanoseconds Hold);

/// <summary>What a phase begins with.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "do")]
[JsonDerivedType(typeof(LoadAction), "load")]
[JsonDerivedType(typeof(HoldAction), "hold")]
[JsonDerivedType(typeof(ListenAction), "listen")]
[JsonDerivedType(typeof(AcceptAction), "accept")]
[JsonDerivedType(typeof(ClientsAction), "clients")]
[JsonDerivedType(typeof(SysctlAction), "sysctl")]
[JsonDerivedType(typeof(SendAction), "send")]
[JsonDerivedType(typeof(DeferAcceptAction), "defer-accept")]
[JsonDerivedType(typeof(RaiseNofileAction), "raise-nofile")]
[JsonDerivedType(typeof(PeerAction), "peer")]
[JsonDerivedType(typeof(ProbeAction), "probe")]
[JsonDerivedType(typeof(SessionAction), "session")]
public abstract record PhaseAction
{
    private protected PhaseAction(string word) => Word = word;

    /// <summary>Its word in scenario files and traces.</summary>
    [JsonIgnore]
    public string Word { get; }

    /// <summary>The answer of <paramref name="visitor"/> for this kind of action.</summary>
    public abstract T Visit<T>(IPhaseActionVisitor<T> visitor);
}

/// <summary>The swarm connects. <see cref="Swarm"/> is whole: the scenario's own swarm with what the phase overrides.</summary>
public sealed record LoadAction(SwarmSpec Swarm, LoadUntil Until) : PhaseAction("load")
{
    /// <inheritdoc/>
    public override T Visit<T>(IPhaseActionVisitor<T> visitor) => visitor.Load(this);
}

/// <summary>Nothing but the wait.</summary>
public sealed record HoldAction() : PhaseAction("hold")
{
    /// <inheritdoc/>
    public override T Visit<T>(IPhaseActionVisitor<T> visitor) => visitor.Hold(this);
}

/// <summary>listen() is called again on the live listeners.</summary>
public sealed record ListenAction(int Backlog) : PhaseAction("listen")
{
    /// <inheritdoc/>
    public override T Visit<T>(IPhaseActionVisitor<T> visitor) => visitor.Listen(this);
}

/// <summary>The accept policy changes.</summary>
public sealed record AcceptAction(AcceptPolicy Policy) : PhaseAction("accept")
{
    /// <inheritdoc/>
    public override T Visit<T>(IPhaseActionVisitor<T> visitor) => visitor.Accept(this);
}

/// <summary>Established clients end their connections: the first <see cref="Count"/> of those still open, all when null.</summary>
public sealed record ClientsAction(ClientEnd End, int? Count) : PhaseAction("clients")
{
    /// <inheritdoc/>
    public override T Visit<T>(IPhaseActionVisitor<T> visitor) => visitor.Clients(this);
}

/// <summary>Sysctls of the sandbox change while it runs.</summary>
public sealed record SysctlAction(ImmutableSortedDictionary<string, string> Sysctls) : PhaseAction("sysctl")
{
    /// <inheritdoc/>
    public override T Visit<T>(IPhaseActionVisitor<T> visitor) => visitor.Sysctl(this);
}

/// <summary>Established clients send so many bytes each and do not wait: the first <see cref="Count"/> of those still open, all when null.</summary>
public sealed record SendAction(int Bytes, int? Count) : PhaseAction("send")
{
    /// <inheritdoc/>
    public override T Visit<T>(IPhaseActionVisitor<T> visitor) => visitor.Send(this);
}

/// <summary>TCP_DEFER_ACCEPT of the live listeners changes; 0 turns it off.</summary>
public sealed record DeferAcceptAction(Nanoseconds DeferAccept) : PhaseAction("defer-accept")
{
    /// <inheritdoc/>
    public override T Visit<T>(IPhaseActionVisitor<T> visitor) => visitor.DeferAccept(this);
}

/// <summary>
/// RLIMIT_NOFILE of the running server is raised, by prlimit(2) from another process; unit: descriptors, each of the server's processes gets so many
/// more.
/// </summary>
public sealed record RaiseNofileAction(int By) : PhaseAction("raise-nofile")
{
    /// <inheritdoc/>
    public override T Visit<T>(IPhaseActionVisitor<T> visitor) => visitor.RaiseNofile(this);
}

/// <summary>The scripted peer sends.</summary>
/// <param name="Send">What.</param>
/// <param name="Count">From how many flows: new ones for syn and connect (default 1), else the oldest that it has a meaning for (default all).</param>
/// <param name="Rate">How many a second; null: as fast as it can.</param>
/// <param name="Bytes">Data only: how many bytes.</param>
public sealed record PeerAction(PeerSegment Send, int? Count, Rate? Rate, int Bytes) : PhaseAction("peer")
{
    /// <inheritdoc/>
    public override T Visit<T>(IPhaseActionVisitor<T> visitor) => visitor.Peer(this);
}

/// <summary>The probe makes these calls, one after the other; after each of them others look at it.</summary>
public sealed record ProbeAction(ImmutableArray<ProbeStep> Steps) : PhaseAction("probe")
{
    /// <inheritdoc/>
    public override T Visit<T>(IPhaseActionVisitor<T> visitor) => visitor.Probe(this);
}

/// <summary>The probe walks sessions, step by step: one in the sandbox itself, or several side by side, each in a network namespace of its own.</summary>
public sealed record SessionAction(ImmutableArray<Session> Sessions, bool InNamespacesOfTheirOwn) : PhaseAction("session")
{
    /// <inheritdoc/>
    public override T Visit<T>(IPhaseActionVisitor<T> visitor) => visitor.Session(this);
}
