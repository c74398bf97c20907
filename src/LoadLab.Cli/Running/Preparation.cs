using LoadLab.Lab;
using LoadLab.Model;
using LoadLab.Planning;

namespace LoadLab.Cli;

/// <summary>What to run: a scenario's name or file, with overrides.</summary>
/// <param name="Name">Name or path.</param>
/// <param name="Settings">Each <c>--set</c> as written.</param>
/// <param name="Sandbox">The <c>--sandbox</c> option; null: the scenario's own.</param>
internal sealed record RunRequest(string Name, IReadOnlyList<string> Settings, string? Sandbox);

/// <summary>From a request to a plan: all that can be refused is refused here, before anything runs.</summary>
internal static class Preparation
{
    /// <summary>Plans it on this host.</summary>
    /// <exception cref="Complaint">It cannot be run, with every reason.</exception>
    public static (Plan Plan, ISandbox Sandbox) Plan(RunRequest request)
    {
        var settings = Settings(request);
        var reference = Value(new ScenarioCatalog(Places.Scenarios).Resolve(request.Name));
        var declared = Value(ScenarioFile.Load(reference.Path, reference.Name, settings));
        var sandbox = SandboxCatalog.Create(declared.Base.Sandbox);
        try
        {
            var facts = HostInspection.Facts(sandbox, Planner.SysctlsAsked(declared), Planner.SysctlsToRead(declared), TimeProvider.System);
            return (Value(Planner.Plan(declared, facts, CommandLineOf(reference.Name, request))), sandbox);
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

        if (request.Sandbox is { } sandbox)
        {
            settings.Add(("sandbox", sandbox));
        }

        return settings;
    }

    private static string CommandLineOf(string name, RunRequest request) => string.Join(' ',
    [
        "loadlab run",
        Quoted(name),
        .. request.Settings.Select(setting => "--set " + Quoted(setting)),
        .. request.Sandbox is { } sandbox ? ["--sandbox " + Quoted(sandbox)] : Array.Empty<string>(),
    ]);

    private static string Quoted(string word) => word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./=:".Contains(c, StringComparison.Ordinal))
        ? word
        : "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
