namespace LoadLab.Fuzz;

/// <summary>Takes one input; whatever it throws is a fault.</summary>
internal delegate void TakeInput(ReadOnlySpan<byte> input);

/// <summary>What is fuzzed: a parser with what has to hold of its result.</summary>
/// <param name="Name">Its name, and that of its corpus folder.</param>
/// <param name="Take">Parses an input, catches only what the parser documents for bad input, and checks the result.</param>
/// <param name="Words">Words that inputs are made of, for mutations.</param>
internal sealed record FuzzTarget(string Name, TakeInput Take, params string[] Words)
{
    /// <summary>The longest input that mutation makes.</summary>
    public int MostBytes { get; init; } = 4096;

    /// <summary>How much of the time of all targets it gets, beside the others: more where one execution takes longer.</summary>
    public int Share { get; init; } = 1;

    /// <summary>One execution that takes longer is a fault: the parser does not end within a bound.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>One execution that allocates more is a fault: a short input means something huge.</summary>
    public long MostAllocatedBytes { get; init; } = 64 << 20;
}
