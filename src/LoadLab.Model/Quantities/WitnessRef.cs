using System.Collections.Immutable;

namespace LoadLab.Model;

/// <summary>One witness as it is asked: a row, an argument where the row has a parameter, and the phase at whose end.</summary>
/// <param name="Witness">The row.</param>
/// <param name="Argument">Which of many; null where the row is one figure.</param>
/// <param name="Phase">The phase at whose end; null: the run's end.</param>
public sealed record WitnessRef(Witness Witness, object? Argument = null, string? Phase = null)
{
    /// <summary>Losses after which it cannot be relied on.</summary>
    public ImmutableArray<string> BlindedBy => Argument is Role role && Witness.Sampler == Sampler.Own ? [LossSource.PipeOf(role)] : Witness.Sampler.BlindedBy;

    /// <summary>True for what only LoadLab's own server can say: it comes through the server's pipe.</summary>
    public bool IsSaidByServer => BlindedBy.Contains(LossSource.Server);

    /// <summary>The name without the phase.</summary>
    public string Name => Witness.NameWith(Argument);

    /// <summary>The same, asked at the end of a phase; at the run's end where it is null.</summary>
    public WitnessRef At(string? phase) => this with { Phase = phase };

    /// <inheritdoc/>
    public override string ToString() => Phase is null ? Name : $"{Name}@{Phase}";

    /// <summary>Reads <c>sock_diag.accept-queue.last@hold</c>; null when there is no such witness. Whether there is such a phase is not its affair.</summary>
    public static WitnessRef? TryParse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);

        // A session's witness may name any text that was read, and is never asked at a phase's end.
        var at = text.StartsWith(SessionLook.Prefix, StringComparison.Ordinal) ? -1 : text.LastIndexOf('@');
        var name = at < 0 ? text : text[..at];
        foreach (var row in Witnesses.All)
        {
            if (row.ArgumentIn(name) is { } argument)
            {
                return new WitnessRef(row, row.Parameter is null ? null : argument, at < 0 ? null : text[(at + 1)..]);
            }
        }

        return null;
    }
}
