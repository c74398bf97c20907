using System.Runtime.CompilerServices;

namespace LoadLab.Tests;

/// <summary>
/// A fact about a package or a release. Each builds, packs or installs something, which takes 10 to 50 s of a processor, and only a change to how LoadLab
/// is packed breaks it.
/// </summary>
/// <remarks>Run where LOADLAB_TESTS is 'all', as in .ci/run, and where files that are made of packages are written again; else skipped by name.</remarks>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PackageFactAttribute : FactAttribute
{
    private const string WhyNot = "a test of packages: LOADLAB_TESTS=all runs them, as .ci/run does";

    public PackageFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = NotAsked;

    /// <summary>Why tests of packages are skipped; null where they are asked for.</summary>
    internal static string? NotAsked { get; } =
        TestSet.IsWhole || Environment.GetEnvironmentVariable("LOADLAB_WRITE_DOCS") == "1" ? null : WhyNot;
}

/// <summary>A theory about a package or a release: see <see cref="PackageFactAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PackageTheoryAttribute : TheoryAttribute
{
    public PackageTheoryAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = PackageFactAttribute.NotAsked;
}
