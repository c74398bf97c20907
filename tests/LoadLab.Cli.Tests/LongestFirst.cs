using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LoadLab.Cli.Tests.LongestFirst))]

namespace LoadLab.Cli.Tests;

/// <summary>The shipped scenarios begin before all else: the longest of them takes more than a minute, beside which everything else can go on.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderByDescending(one => one.TestCollectionDisplayName.Contains(nameof(ScenarioRunTests), StringComparison.Ordinal))];
}
