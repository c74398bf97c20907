using System.Collections.Immutable;

namespace LoadLab.Model;

/// <summary>What a phase really was, for a replay.</summary>
/// <param name="Lasted">From its begin, in a load's phase the load's, until every witness had been asked; null: it did not end.</param>
/// <param name="Accepts">The server's accept() calls that gave a connection in it, in order.</param>
public sealed record SeenPhase(Nanoseconds? Lasted, ImmutableArray<SeenAccept> Accepts);

/// <summary>When an accept() took its connection out of the queue: between two moments, since the kernel does so before the call returns.</summary>
/// <param name="From">At the earliest, since the phase's begin: when the call before it had returned.</param>
/// <param name="To">At the latest: when it returned itself.</param>
public readonly record struct SeenAccept(Nanoseconds From, Nanoseconds To);
