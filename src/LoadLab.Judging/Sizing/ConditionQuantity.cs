using LoadLab.Model;

namespace LoadLab.Judging.Sizing;

/// <summary>What a condition is about: a quantity of the catalogue, or a metric of a comparison, or both under one name.</summary>
/// <param name="Name">As it was asked.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Quantity">What the model predicts and witnesses testify to; null where the catalogue has no such quantity.</param>
/// <param name="Metric">How a run's figures are read; null where witnesses are asked.</param>
public sealed record ConditionQuantity(string Name, string Unit, QuantityRef? Quantity, Func<VariantResult, double?>? Metric)
{
    private const string Errors = "errors.";

    // Names that people use, and metrics of a comparison with the quantity that the model predicts.
    private static readonly (string Name, string Quantity)[] Others =
    [
        ("syn-drops", "drops"),
        ("connect.p50", "latency.p50"),
        ("connect.p90", "latency.p90"),
        ("connect.p99", "latency.p99"),
        ("connect.max", "latency.max"),
        ("connections.established", "established"),
        ("connections.pending", "waiting"),
        ("errors.connect.EADDRNOTAVAIL", "without-port"),
    ];

    /// <summary>That of a name; null when there is none.</summary>
    public static ConditionQuantity? Of(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var other = Array.Find(Others, one => one.Name == name).Quantity;
        var quantity = QuantityRef.TryParse(other ?? name) is { Quantity.NotWitnessed: null } known ? known : null;
        var metric = Judging.Metric.Named(name) ?? (name.StartsWith(Errors, StringComparison.Ordinal) && name.Split('.') is [_, var call, var errno]
            ? Judging.Metric.OfError(call, errno) : null);
        return metric is null && quantity is null ? null : new ConditionQuantity(name, metric?.Unit ?? quantity!.Quantity.Unit, quantity, metric?.Read);
    }

    /// <summary>Names that can be asked, for the nearest to a mistyped one.</summary>
    public static IEnumerable<string> Names =>
        Others.Select(one => one.Name).Concat(Judging.Metric.Names)
            .Concat(Quantities.All.Where(row => row.NotWitnessed is null && row.Parameter is null).Select(row => row.Name)).Distinct();
}
