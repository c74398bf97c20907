namespace LoadLab.Model;

/// <summary>Settings of a swarm on its own, which no scenario file has.</summary>
public static class SwarmSettings
{
    /// <summary>The name that it has at its server.</summary>
    public const string Replica = "swarm.replica";

    /// <summary>Whom it loads.</summary>
    public const string Target = "swarm.target";
}
