using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>Who in a run: each is a process of its own, since RLIMIT_NOFILE is per process and who observes must not be starved with the observed.</summary>
[JsonConverter(typeof(EnumWordsJsonConverter<Role>))]
public enum Role
{
    /// <summary>The process inside the sandbox that starts the roles, walks the phases and samples.</summary>
    Conductor,

    /// <summary>The accept loop.</summary>
    Server,

    /// <summary>The clients.</summary>
    Swarm,

    /// <summary>The scripted peer: a client made of raw segments, which does exactly what the scenario says and nothing that a kernel would.</summary>
    Peer,

    /// <summary>The probe: a process that makes the system calls which the scenario names, one after the other.</summary>
    Probe,
}
