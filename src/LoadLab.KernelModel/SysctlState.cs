using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>The sysctls of a model run: as the sandbox has them, and as phases change them.</summary>
/// <remarks>Concurrency: one run, one thread. <see cref="Generation"/> tells a part that caches a value when to read it again.</remarks>
internal sealed class SysctlState(KernelFacts facts)
{
    private readonly Dictionary<string, string> changed = [];
    private readonly Dictionary<string, long?> numbers = [];

    /// <summary>Grows with each change.</summary>
    public int Generation { get; private set; }

    /// <summary>The kernel.</summary>
    public KernelVersion Kernel => facts.Kernel;

    /// <summary>HZ.</summary>
    public int TicksPerSecond => facts.TicksPerSecond;

    /// <summary>A sysctl's text; null when it does not exist.</summary>
    public string? Text(string name) => changed.GetValueOrDefault(name) ?? facts.Sysctl(name);

    /// <summary>A sysctl as a number; null when it does not exist or is not one number.</summary>
    public long? Number(string name)
    {
        if (!numbers.TryGetValue(name, out var number))
        {
            numbers[name] = number = long.TryParse(Text(name), out var value) ? value : null;
        }

        return number;
    }

    /// <summary>A phase writes these.</summary>
    public void Set(IEnumerable<KeyValuePair<string, string>> values)
    {
        foreach (var (name, value) in values)
        {
            changed[name] = value;
        }

        numbers.Clear();
        Generation++;
    }
}
