using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LoadLab.Model;
using LoadLab.Scenarios.Keys;

namespace LoadLab.Scenarios;

/// <summary>The oldest kernel that has what a variant is about: <c>linux >= 6.15</c>. On an older one the variant is left out, and the run says so.</summary>
/// <remarks>
/// For what no kernel can be told to do. A sysctl that the sandbox refuses is no such thing: there the scenario is refused, with the ways out.
/// </remarks>
internal sealed partial record KernelNeed(KernelVersion Oldest)
{
    /// <summary>How it is written.</summary>
    public static TextForm<KernelNeed?> Form { get; } = new(
        "the oldest kernel that will do, such as linux >= 6.15",
        TryParse,
        () => new JsonObject { ["type"] = "string", ["pattern"] = Written().ToString() });

    /// <summary>True for a kernel that will do.</summary>
    public bool IsMetBy(KernelVersion kernel) => kernel.IsAtLeast(Oldest.Major, Oldest.Minor, Oldest.Patch);

    /// <inheritdoc/>
    public override string ToString() => $"linux >= {Oldest}";

    private static bool TryParse(string text, out KernelNeed? need)
    {
        var match = Written().Match(text);
        need = match.Success ? new KernelNeed(KernelVersion.Parse(match.Groups["release"].Value)) : null;
        return match.Success;
    }

    [GeneratedRegex(@"^linux ?>= ?(?<release>[0-9]{1,3}\.[0-9]{1,3}(\.[0-9]{1,3})?)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Written();
}
