namespace LoadLab.Model;

/// <summary>What is asked about a step of a session.</summary>
/// <param name="Session">The session's name.</param>
/// <param name="Step">The step's name.</param>
/// <param name="Of">Which socket, segment, counter or text.</param>
public sealed record SessionLook(string Session, string Step, string Of)
{
    internal const string Prefix = "session.";
}
