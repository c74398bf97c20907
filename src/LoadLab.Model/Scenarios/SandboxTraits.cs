using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>Where a run lives.</summary>
[JsonConverter(typeof(EnumWordsJsonConverter<SandboxKind>))]
public enum SandboxKind
{
    /// <summary>A network namespace and a pid namespace of its own, by unshare(1); rootless by default.</summary>
    Namespace,

    /// <summary>The machine as it is: no isolation, and no sysctl is changed.</summary>
    Host,

    /// <summary>A disposable kernel in user space (User-Mode Linux), booted for the run: for what no namespace confines, and to ask a second kernel.</summary>
    Kernel,

    /// <summary>
    /// The container that LoadLab itself runs in: its network namespace, sysctls and limits are whoever's who started it, so none of them is changed.
    /// </summary>
    Container,
}

/// <summary>Who sets the sysctls of a sandbox.</summary>
public enum SysctlSetter
{
    /// <summary>No one: they are the machine's.</summary>
    None,

    /// <summary>Whoever started the container: the run only compares.</summary>
    Starter,

    /// <summary>The run, for those that a network namespace has for itself.</summary>
    RunOfNamespace,

    /// <summary>The run, for all.</summary>
    Run,
}

/// <summary>What a kind of sandbox isolates and permits: one row per kind. Code outside the sandboxes themselves asks a row, never the kind.</summary>
public sealed record SandboxTraits
{
    /// <summary>The kind that a scenario has when it names none.</summary>
    public const SandboxKind Default = SandboxKind.Namespace;

    /// <summary>The kind that boots a kernel.</summary>
    public const SandboxKind Booted = SandboxKind.Kernel;

    private static readonly SandboxTraits OfNamespace = new()
    {
        Needs = "a network namespace (no root)",
        HasOwnNetwork = true,
        IsMadeByRun = true,
        Sysctls = SysctlSetter.RunOfNamespace,
        RaiseSysctl = RaiseInRun,
    };

    private static readonly SandboxTraits OfHost = new()
    {
        Needs = "the host itself",
        Sysctls = SysctlSetter.None,
        RaiseSysctl = (name, value) => $"raise it yourself (as root: sysctl -w {name}={value})",
        Note = "sandbox host: no isolation; counters are those of the whole machine, and no sysctl is changed",
    };

    private static readonly SandboxTraits OfKernel = new()
    {
        Needs = "a kernel in user space (package user-mode-linux, no root)",
        HasOwnNetwork = true,
        IsMadeByRun = true,
        HasOwnKernel = true,
        Sysctls = SysctlSetter.Run,
        RaiseSysctl = RaiseInRun,
    };

    private static readonly SandboxTraits OfContainer = new()
    {
        Needs = "a container with a network of its own",
        HasOwnNetwork = true,
        Sysctls = SysctlSetter.Starter,
        RaiseSysctl = (name, value) => $"raise it where the container is started (compose: sysctls: {{{name}: {value}}}; docker run --sysctl {name}={value})",
    };

    /// <summary>What it needs, as the list of scenarios says it.</summary>
    public required string Needs { get; init; }

    /// <summary>True where the network is not the machine's.</summary>
    public bool HasOwnNetwork { get; init; }

    /// <summary>True where the run makes the network itself, so that nothing else is in it: there sysctls are set, addresses added, packets forged.</summary>
    public bool IsMadeByRun { get; init; }

    /// <summary>
    /// True where the run has a kernel of its own: a clock of its own, one processor that the host may take away, and counters of the whole kernel
    /// that are the run's.
    /// </summary>
    public bool HasOwnKernel { get; init; }

    /// <summary>True for a network namespace that the run makes in the machine's own kernel.</summary>
    public bool IsNamespaceMadeByRun => IsMadeByRun && !HasOwnKernel;

    /// <summary>Who sets its sysctls.</summary>
    public required SysctlSetter Sysctls { get; init; }

    /// <summary>How a user raises a sysctl (name, value) there.</summary>
    public required Func<string, int, string> RaiseSysctl { get; init; }

    /// <summary>What every plan notes of it; null: nothing.</summary>
    public string? Note { get; init; }

    /// <summary>The row of a kind.</summary>
    public static SandboxTraits Of(SandboxKind kind) => kind switch
    {
        SandboxKind.Namespace => OfNamespace,
        SandboxKind.Host => OfHost,
        SandboxKind.Kernel => OfKernel,
        SandboxKind.Container => OfContainer,
    };

    private static string RaiseInRun(string name, int value) => $"raise it in the sandbox with sysctl: {{{name}: {value}}} or --set sysctl.{name}={value}";
}
