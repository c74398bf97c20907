using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>A segment that carries sequence space which its sender had already sent.</summary>
/// <param name="Kind">What it carries.</param>
/// <param name="Attempt">1 for the first retransmission of this sequence space.</param>
/// <param name="SinceFirst">Since the first transmission.</param>
/// <param name="SincePrevious">Since the previous one.</param>
internal readonly record struct Retransmission(RetransmitKind Kind, int Attempt, Nanoseconds SinceFirst, Nanoseconds SincePrevious);
