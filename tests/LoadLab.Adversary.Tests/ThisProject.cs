namespace LoadLab.Cli.Tests;

/// <summary>What differs between the test projects that share this code.</summary>
internal static class ThisProject
{
    /// <summary>Tests at once: they wait for time-outs and for programs that stand still, more than those of the command line do.</summary>
    internal const int TestsAtOnce = 6;
}
