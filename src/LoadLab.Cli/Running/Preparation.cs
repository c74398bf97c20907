using LoadLab.Lab;
using LoadLab.Model;
using LoadLab.Planning;

namespace LoadLab.Cli;

/// <summary>What to run: a scenario's name or file, with overrides.</summary>
/// <param name="Name">Name or path.</param>
/// <param name="Settings">Each <c>--set</c> as written.</param>
/// <param name="Sandbox">The <c>--sandbox</c> option; null: the scenario's own.</param>
/// <param name="Subject">The <c>--subject</c> option: somebody's server; null: the scenario's own.</param>
/// <param name="Target">The <c>--target</c> option: where it listens.</param>
internal sealed record RunRequest(string Name, IReadOnlyList<string> Settings, string? Sandbox, string? Subject, string? Target);

/// <summary>From a request to a plan: all that can be refused is refused here, before anything runs.</summary>
internal static class Preparation
{
    /// <summary>Plans it on this host.</summary>
    /// <param name="request">What to run.</param>
    /// <param name="tuning">Under which tuning; null: as it is.</param>
    /// <exception cref="Complaint">It cannot be run, with every reason.</exception>
    public static (Plan Plan, ISandbox Sandbox) Plan(RunRequest request, Tuning? tuning = null)
    {
        var settings = Settings(request);
        var reference = Value(new ScenarioCatalog(Places.Scenarios).Resolve(request.Name));
        var declared = Value(ScenarioFile.Load(reference.Path, reference.Name, settings, tuning));
        var sandbox = SandboxCatalog.Create(declared.Base.Sandbox);
        try
        {
            var facts = HostInspection.Facts(sandbox, Planner.SysctlsAsked(declared), Planner.SysctlsToRead(declared), TimeProvider.System);
            if (declared.Base.Subject is not null && sandbox.Kind.IsMadeByRun())
            {
                var subject = SubjectInspection.LookAsync(sandbox, declared.Base, facts, CancellationToken.None).GetAwaiter().GetResult();
                facts = HostInspection.Beginning(facts with { Subject = subject }, TimeProvider.System);
            }

            return (Value(Planner.Plan(declared, facts, CommandLineOf(reference.Name, request, tuning))), sandbox);
        }
        catch (SubjectUnavailableException e)
        {
            throw Complaint.BadInput(e.Message);
        }
        catch (SandboxUnavailableException e)
        {
            throw Complaint.CannotSee(e.Message);
        }
    }

    /// <summary>The value, or every error as one complaint.</summary>
    public static T Value<T>(Checked<T> result)
        where T : class => result.Value ?? throw Complaint.BadInput(string.Join('\n', result.Errors));

    private static List<(string Name, string Value)> Settings(RunRequest request)
    {
        var settings = new List<(string Name, string Value)>();
        foreach (var text in request.Settings)
        {
            if (!ScenarioFile.TryParseSetting(text, out var setting))
            {
                throw Complaint.BadInput($"--set {text}: takes NAME=VALUE, e.g. --set server.backlog=7");
            }

            settings.Add(setting);
        }

        settings.AddRange(Options(request).Where(option => option.Value is not null).Select(option => (option.Setting, option.Value!)));
        return settings;
    }

    // Options that are short for a setting.
    private static IEnumerable<(string Name, string Setting, string? Value)> Options(RunRequest request) =>
        [("--sandbox", "sandbox", request.Sandbox), ("--subject", "subject.command", request.Subject), ("--target", "subject.target", request.Target)];

    private static string CommandLineOf(string name, RunRequest request, Tuning? tuning) => string.Join(' ',
    [
        "loadlab run",
        CommonOptions.Quoted(name),
        .. request.Settings.Concat(tuning?.Words ?? []).Select(setting => "--set " + CommonOptions.Quoted(setting)),
        .. Options(request).Where(option => option.Value is not null).Select(option => $"{option.Name} {CommonOptions.Quoted(option.Value!)}"),
    ]);
}
