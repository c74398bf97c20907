namespace LoadLab.Model;

/// <summary>The conductor's first line: it listens. No order is written before, since a serial line that is not yet set up would change or echo it.</summary>
/// <param name="MonotonicNs">CLOCK_MONOTONIC of its kernel, which is another clock than the outer process's where the sandbox is a kernel of its own.</param>
public sealed record LabReady(long MonotonicNs);
