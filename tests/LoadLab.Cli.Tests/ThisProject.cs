namespace LoadLab.Cli.Tests;

/// <summary>What differs between the test projects that share this code.</summary>
internal static class ThisProject
{
    /// <summary>Tests at once: enough to fill two processors, beside the assembly that goes on at the same time; more would only delay each other.</summary>
    internal const int TestsAtOnce = 4;
}
