using System.Text;
using LoadLab.Model;

namespace LoadLab.Scenarios.Tests.Settings;

/// <summary>docs/reference/settings.md, made from the rows.</summary>
internal static class SettingReference
{
    private const string Head = """
        # Settings

        A setting is a value of a scenario by its dotted name: a key of the file (`server: {backlog: 4}`), `--set server.backlog=4`, a line of a
        variant or of a tuning.
        A plan and a report show those that are set, and the ones that matter by default, in their table of settings.
        `serve` and `swarm` have an option of the same name; it is also a key of the sections `Server` and `Swarm` of their configuration:
        `--Server:Backlog 4`, `LOADLAB_Server__Backlog=4` or `Server__Backlog=4` in the environment, `{"Server": {"Backlog": 4}}` in appsettings.json.
        The option wins, then the argument, then LOADLAB_, then the plain variable, then the file.
        This page is made from the rows in `src/LoadLab.Model/Settings`; `LOADLAB_WRITE_DOCS=1 dotnet test tests/LoadLab.Scenarios.Tests` makes it again.

        """;

    private static readonly (string Prefix, string Title, Role? Verb)[] Groups =
    [
        ("", "The run", null), ("limits.server.", "Limits of the server", null), ("limits.swarm.", "Limits of each swarm worker", null), ("server.",
            "The server (`serve`)", Role.Server),
        ("subject.", "Another server in place of LoadLab's", null), ("swarm.", "The clients (`swarm`)", Role.Swarm), ("peer.", "The scripted peer", null),
    ];

    public static string Text()
    {
        var text = new StringBuilder(Head);
        foreach (var (prefix, title, _) in Groups)
        {
            text.Append($"\n## {title}\n\n| setting | takes | meaning and default | option |\n|---|---|---|---|\n");
            foreach (var row in Model.Settings.All.Where(row => row.Name == prefix + row.Key))
            {
                text.Append(
                    $"| `{row.Name}` | {Cell(row.Words)} | {Cell(row.Doc)}{(row.DocAlone is { } alone ? $" On its own: {alone}" : "")} | {Option(row)} |\n");
            }

            if (prefix.Length == 0)
            {
                text.Append(
                    $"| `{ScenarioSettings.Sysctl}.NAME` | a number or a text | {ScenarioSettings.AboutSysctl} `sysctl: {{net.core.somaxconn: 128}}` in a "
                    + $"file, `--set sysctl.net.core.somaxconn=128` | none: it is of a run in a sandbox |\n");
            }
        }

        return text.ToString();
    }

    private static string Option(Setting row) =>
        row.Verb is { } verb ? $"`{(verb == Role.Server ? "serve" : "swarm")} {row.Option.Option} {Cell(row.Option.StandsFor)}`" : $"none: {row.WhyNoOption}";

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
