using LoadLab.Model;
using LoadLab.Scenarios;

namespace LoadLab.Planning.Tests;

/// <summary>Each row of the catalogue of quantities is predicted by some code, or says why it is not.</summary>
public sealed class QuantityPredictionTests
{
    private const string ServerLimit = "claim: A limit.\nlimits: {server: {nofile: 1000}}\nswarm: {connections: 3}\nhold: 100ms\n";

    // Shipped scenarios that together have nearly all; the longer list of all shipped ones adds none.
    private static readonly string[] Shipped =
    [
        "accept-queue/final-ack-ignored-unprivileged",
        "file-descriptors/soft-and-hard",
        "file-descriptors/emfile-client",
        "file-descriptors/limit-raised",
        "file-descriptors/enfile",
        "retransmit/data-schedule",
        "retransmit/fin-schedule",
        "retransmit/syn-schedule",
        "syn-queue/half-open-expires",
    ];

    [Fact]
    public void EveryRowIsPredictedSomewhereOrSaysWhyNotAndNeverBoth()
    {
        var catalog = new ScenarioCatalog(Given.ScenarioRoot);
        var predicted = Shipped.Select(name => catalog.Resolve(name).Value!).Select(found => ScenarioFile.Load(found.Path, found.Name, []).Value!)
            .Append(Given.Scenario(ServerLimit))
            .SelectMany(declared => Planner.Plan(declared, Given.Host618.After(declared), "loadlab run").Value!.Variants)
            .SelectMany(variant => variant.Predictions).Select(prediction => prediction.Quantity.Quantity.Name).ToHashSet();
        Assert.Equal(Quantities.All.Where(row => row.NotPredicted is null).Select(row => row.Name).Order(StringComparer.Ordinal),
            predicted.Order(StringComparer.Ordinal));
        Assert.All(Quantities.All, row => Assert.True(row.NotPredicted is null or { Length: > 20 }, row.Name));
    }

    [Fact]
    public void EveryRowHasAWitnessOrSaysWhyNot() => Assert.All(Quantities.All, row =>
    {
        Assert.True(row.Witnesses.IsDefaultOrEmpty == row.NotWitnessed is not null, row.Name);
        Assert.True(row.NotPredicted is null || row.NotWitnessed is null, $"{row.Name} can neither be predicted nor seen");
    });
}
