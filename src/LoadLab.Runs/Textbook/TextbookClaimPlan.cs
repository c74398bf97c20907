using LoadLab.Model;
using LoadLab.Planning;
using LoadLab.Scenarios;

namespace LoadLab.Runs;

/// <summary>A claim of the book before it is run.</summary>
/// <param name="Chapter">Its chapter.</param>
/// <param name="Declared">Its scenario as declared.</param>
/// <param name="Plan">Its plan; null when it is not run.</param>
/// <param name="Skipped">Why it is not run; null when it is.</param>
/// <param name="Family">Over which protocol.</param>
public sealed record TextbookClaimPlan(string Chapter, DeclaredScenario Declared, Plan? Plan, string? Skipped, SocketFamily Family)
{
    /// <summary>Its name in the document.</summary>
    public string Id => Family == SocketFamily.Ipv6 ? Declared.Name + Session.Ipv6Suffix : Declared.Name;

    /// <summary>True when it is a session, so that it needs no sandbox of its own.</summary>
    public bool IsSession => Declared.Base.IsSession;
}
