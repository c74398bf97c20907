namespace LoadLab.Fuzz;

/// <summary>SplitMix64: numbers that follow from a seed, on every runtime and version alike, so that a printed seed repeats a failure.</summary>
internal struct SeededNumbers(ulong seed)
{
    private const ulong Step = 0x9E3779B97F4A7C15;
    private ulong state = seed;

    /// <summary>The next number from 0 to below a bound.</summary>
    public int Below(int bound) => bound <= 1 ? 0 : (int)(Next() % (ulong)bound);

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        state += Step;
        var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>The numbers of one execution: those of another one tell nothing about them.</summary>
    public static SeededNumbers Of(ulong seed, long execution) => new(new SeededNumbers(seed + ((ulong)execution * Step)).Next());
}
