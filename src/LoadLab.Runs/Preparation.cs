using LoadLab.Lab;
using LoadLab.Model;
using LoadLab.Planning;
using LoadLab.Scenarios;

namespace LoadLab.Runs;

/// <summary>From a request to a plan: all that can be refused is refused here, before anything runs.</summary>
public static class Preparation
{
    /// <summary>Plans it on this host.</summary>
    /// <param name="request">What to run.</param>
    /// <param name="tuning">Under which tuning; null: as it is.</param>
    /// <param name="cancellation">Ends the look at a subject early.</param>
    /// <exception cref="RunException">It cannot be run, with every reason.</exception>
    public static async Task<(Plan Plan, ISandbox Sandbox)> PlanAsync(RunRequest request, Tuning? tuning = null, CancellationToken cancellation = default)
    {
        var seen = await LookAsync(request, tuning, cancellation);
        return (Value(Planner.Plan(seen.Declared, seen.Facts, CommandLineOf(seen.Declared.Name, request, tuning))), seen.Sandbox);
    }

    /// <summary>Reads the scenario, and what has to be known of its sandbox before it is planned.</summary>
    /// <param name="request">What to run.</param>
    /// <param name="tuning">Under which tuning; null: as it is.</param>
    /// <param name="cancellation">Ends the look at a subject early.</param>
    /// <exception cref="RunException">The file cannot be read, or the sandbox cannot be made.</exception>
    public static async Task<(DeclaredScenario Declared, HostFacts Facts, ISandbox Sandbox)> LookAsync(RunRequest request, Tuning? tuning = null,
        CancellationToken cancellation = default)
    {
        var declared = Declared(request, tuning);
        if (declared.Base.Kernel is { } kernel && KernelSandbox.WhyNoKernel(kernel) is { } why)
        {
            throw RunException.Refused(why);
        }

        var sandbox = SandboxCatalog.Create(declared.Base.Sandbox, declared.Base.Kernel);
        try
        {
            var facts = HostInspection.Facts(sandbox, Planner.SysctlsAsked(declared), Planner.SysctlsToRead(declared), TimeProvider.System);
            if (declared.Base.Subject is not null && SandboxTraits.Of(sandbox.Kind).IsMadeByRun)
            {
                var subject = await SubjectInspection.LookAsync(sandbox, declared.Base, facts, cancellation);
                facts = HostInspection.Beginning(facts with { Subject = subject }, TimeProvider.System);
            }

            return (declared, facts, sandbox);
        }
        catch (SubjectUnavailableException e)
        {
            throw RunException.Refused(e.Message);
        }
        catch (SandboxUnavailableException e)
        {
            throw RunException.Unavailable(e.Message);
        }
    }

    /// <summary>The scenario as declared, with the settings of the request.</summary>
    /// <exception cref="RunException">It cannot be read, with every reason.</exception>
    public static DeclaredScenario Declared(RunRequest request, Tuning? tuning = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        var settings = Settings(request);
        var reference = Value(new ScenarioCatalog(Paths.Scenarios).Resolve(request.Name));
        return Value(ScenarioFile.Load(reference.Path, reference.Name, settings, tuning, request.Variant)) with { FormerName = reference.FormerName };
    }

    /// <summary>The value, or every error as one complaint.</summary>
    public static T Value<T>(Checked<T> result)
        where T : class => result.Value ?? throw RunException.Refused(string.Join('\n', result.Errors));

    private static List<(string Name, string Value)> Settings(RunRequest request)
    {
        var settings = new List<(string Name, string Value)>();
        foreach (var text in request.Settings)
        {
            if (!ScenarioFile.TryParseSetting(text, out var setting))
            {
                throw RunException.Refused($"--set {text}: takes NAME=VALUE, e.g. --set server.backlog=7");
            }

            settings.Add(setting);
        }

        settings.AddRange(Options(request).Where(option => option.Value is not null).Select(option => (option.Setting, option.Value!)));
        return settings;
    }

    // Options that are short for a setting.
    private static IEnumerable<(string Name, string Setting, string? Value)> Options(RunRequest request) =>
        [
            ("--sandbox", "sandbox", request.Sandbox ?? (request.Kernel is null ? null : EnumWords<SandboxKind>.Of(SandboxTraits.Booted))),
            ("--kernel", "kernel", request.Kernel is { } program ? Path.GetFullPath(program) : null),
            ("--subject", "subject.command", request.Subject),
            ("--target", "subject.target", request.Target),
        ];

    private static string CommandLineOf(string name, RunRequest request, Tuning? tuning) => string.Join(' ',
    [
        "loadlab run",
        ShellWord.Quoted(name),
        .. request.Variant is { } variant ? (string[])["--variant", ShellWord.Quoted(variant)] : [],
        .. request.Settings.Concat(tuning?.Words ?? []).Select(setting => "--set " + ShellWord.Quoted(setting)),
        .. Options(request).Where(option => option.Value is not null).Select(option => $"{option.Name} {ShellWord.Quoted(option.Value!)}"),
    ]);
}
