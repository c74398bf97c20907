namespace LoadLab.Lab;

/// <summary>The conductor's exit statuses, by which the outer process knows how it ended.</summary>
internal static class ConductorExit
{
    /// <summary>All phases were walked.</summary>
    public const int Finished = 0;

    /// <summary>Asked to stop.</summary>
    public const int Stopped = 130;

    /// <summary>Something asked for is not available here; standard error says what. Nothing was run.</summary>
    public const int Refused = 2;

    /// <summary>A role died, or the set-up failed; standard error says why.</summary>
    public const int Failed = 3;
}
