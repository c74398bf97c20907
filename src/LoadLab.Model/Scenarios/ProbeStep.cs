using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>What the probe can be told to do: system calls by their names, and what it needs around them.</summary>
[JsonConverter(typeof(EnumWordsJsonConverter<ProbeCall>))]
public enum ProbeCall
{
    /// <summary>getrlimit(RLIMIT_NOFILE); the value is the soft limit.</summary>
    Getrlimit,

    /// <summary>setrlimit(RLIMIT_NOFILE) with soft and hard.</summary>
    Setrlimit,

    /// <summary>CAP_SYS_RESOURCE leaves the calling thread's effective and permitted sets: capset(2).</summary>
    DropSysResource,

    /// <summary>A child process asks for its own RLIMIT_NOFILE; the value is its soft limit.</summary>
    Child,
}

/// <summary>One call of the probe.</summary>
/// <param name="Name">Its name, for expectations: <c>probe.NAME.errno</c>.</param>
/// <param name="Call">Which call.</param>
/// <param name="Soft">setrlimit: the soft limit.</param>
/// <param name="Hard">setrlimit: the hard limit.</param>
public sealed record ProbeStep(string Name, ProbeCall Call, long? Soft = null, long? Hard = null);
