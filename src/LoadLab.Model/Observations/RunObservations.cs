using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>A phase's action is about to be done.</summary>
public sealed record PhaseBegan(string Phase) : Observation
{
    /// <inheritdoc/>
    public override void Visit(IObservationVisitor visitor) => visitor.PhaseBegan(this);
}

/// <summary>A phase is over and every witness has been asked: what was seen before this line is the value "@phase".</summary>
/// <param name="Phase">Its name.</param>
/// <param name="Consistent">True when the counters did not move while the witnesses were asked, so that all speak of one moment.</param>
/// <param name="Late">
/// How much longer it took than it should have, beside the time that its load took: a lab that gets no processor asks its witnesses late.
/// </param>
public sealed record PhaseEnded(string Phase, bool Consistent, Nanoseconds Late = default) : Observation
{
    /// <inheritdoc/>
    public override void Visit(IObservationVisitor visitor) => visitor.PhaseEnded(this);
}

/// <summary>A role has started and waits for commands.</summary>
/// <param name="Role">Who.</param>
/// <param name="Worker">Which of several, from 0.</param>
/// <param name="Pid">Its pid inside the sandbox.</param>
/// <param name="Port">The server's port; 0 for others.</param>
/// <param name="Backlog">The backlog it gave to listen(); null for others.</param>
public sealed record RoleReady(Role Role, int Worker, int Pid, int Port, int? Backlog) : Observation
{
    /// <inheritdoc/>
    public override void Visit(IObservationVisitor visitor) => visitor.RoleReady(this);
}

/// <summary>A swarm on its own has told a server on its own that it is ready to start.</summary>
/// <param name="Replica">Its name, unique among the server's swarms.</param>
/// <param name="Address">Where it asked from.</param>
public sealed record ReplicaReady(string Replica, string Address) : Observation
{
    /// <inheritdoc/>
    public override void Visit(IObservationVisitor visitor) => visitor.ReplicaReady(this);
}

/// <summary>A role's process has ended; of a server or swarm on its own: it is about to, and everything is still open.</summary>
/// <param name="Role">Who.</param>
/// <param name="Worker">Which.</param>
/// <param name="ExitCode">Its exit status; 128 + n when signal n ended it.</param>
/// <param name="Expected">False when it was not asked to.</param>
/// <param name="LastWords">The last lines of its standard error; "" when it said nothing.</param>
public sealed record RoleEnded(Role Role, int Worker, int ExitCode, bool Expected, string LastWords) : Observation
{
    /// <inheritdoc/>
    public override void Visit(IObservationVisitor visitor) => visitor.RoleEnded(this);

    /// <summary>What happened, as a sentence without a full stop.</summary>
    [JsonIgnore]
    public string Sentence
    {
        get
        {
            const int MostCharacters = 300;
            var words = (LastWords ?? "").Trim();
            var ends = words.Length == 0 ? "" : $": {words[..Math.Min(words.Length, MostCharacters)]}";
            return $"the {EnumWords<Role>.Of(Role)} {Worker} ended in mid-run with status {ExitCode}{ends}";
        }
    }
}

/// <summary>A role has done what <see cref="RoleCommand"/> <paramref name="Id"/> asked.</summary>
/// <param name="Id">The command's id.</param>
/// <param name="Role">Who.</param>
/// <param name="Worker">Which.</param>
/// <param name="Error">null, or why it could not, as a sentence.</param>
public sealed record CommandDone(int Id, Role Role, int Worker, string? Error) : Observation
{
    /// <inheritdoc/>
    public override void Visit(IObservationVisitor visitor) => visitor.CommandDone(this);
}

/// <summary>A sysctl as read back in the sandbox.</summary>
/// <param name="Name">Dotted name.</param>
/// <param name="Asked">What was written; null when only read.</param>
/// <param name="Live">What the kernel made of it; null when it does not exist.</param>
public sealed record SysctlRead(string Name, string? Asked, string? Live) : Observation
{
    /// <inheritdoc/>
    public override void Visit(IObservationVisitor visitor) => visitor.SysctlRead(this);
}

/// <summary>
/// A role's thread wanted to run and did not for so long: the machine had no processor for it, or the process was stopped. The moment is the gap's
/// end.
/// </summary>
/// <param name="Role">Who.</param>
/// <param name="Worker">Which.</param>
/// <param name="Lasted">From the moment at which it should have gone on to the moment at which it did.</param>
public sealed record ClockGap(Role Role, int Worker, Nanoseconds Lasted) : Observation
{
    /// <summary>A shorter gap is not worth a line: predictions allow for more.</summary>
    public static readonly Nanoseconds Least = Nanoseconds.FromMilliseconds(20);

    /// <inheritdoc/>
    public override void Visit(IObservationVisitor visitor) => visitor.ClockGap(this);
}

/// <summary>Samples that should have been taken and were not: findings that rest on them are inconclusive, never wrong.</summary>
/// <param name="Source">Which sampler: see <see cref="LossSource"/>.</param>
/// <param name="Count">How many.</param>
/// <param name="Why">The reason as a sentence.</param>
public sealed record SamplesLost(string Source, long Count, string Why) : Observation
{
    /// <summary>Two looks of a sampler, each 10 ms, may be this far apart. What lasts longer is seen for certain; a longer time is a loss.</summary>
    public static readonly Nanoseconds MostBetweenLooks = Nanoseconds.FromMilliseconds(20);

    /// <inheritdoc/>
    public override void Visit(IObservationVisitor visitor) => visitor.SamplesLost(this);
}

/// <summary>A sentence for people.</summary>
public sealed record Note(string Text) : Observation
{
    /// <inheritdoc/>
    public override void Visit(IObservationVisitor visitor) => visitor.Note(this);
}
