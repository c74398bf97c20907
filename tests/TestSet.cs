namespace LoadLab.Tests;

/// <summary>How much is tested.</summary>
internal static class TestSet
{
    /// <summary>True where LOADLAB_TESTS is 'all', as in .ci/run: tests of packages too, and every combination where a part of them does each day.</summary>
    public static bool IsWhole { get; } = Environment.GetEnvironmentVariable("LOADLAB_TESTS") == "all";
}
