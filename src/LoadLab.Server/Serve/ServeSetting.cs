using LoadLab.Model;

namespace LoadLab.Server;

/// <summary>What the section "Server" says.</summary>
/// <param name="Spec">The server.</param>
/// <param name="Consent">Whether swarms that ask get an answer.</param>
/// <param name="Replicas">How many swarms are awaited before they start together; 0: none.</param>
internal sealed record ServeSettings(ServerSpec Spec, bool Consent = true, int Replicas = 0);

/// <summary>One key of the configuration section "Server".</summary>
/// <param name="Option">Its names and what it means.</param>
/// <param name="Allowed">What it takes, as half a sentence.</param>
/// <param name="Apply">The settings with the text's value; null when the text is not allowed.</param>
internal sealed record ServeSetting(StandaloneOption Option, string Allowed, Func<ServeSettings, string, ServeSettings?> Apply)
{
    private static readonly TextForm<int> Replicas = Forms.Whole(0, StartBarrier.MostReplicas);

    /// <summary>All keys: those that a scenario's server has, and two that only a server on its own has.</summary>
    public static IReadOnlyList<ServeSetting> All { get; } =
    [
        .. ServerSettings.Rows.Where(row => row.Verb == Role.Server).Select(Of),
        new(
            new("Consent", "--consent", Forms.Boolean.StandsFor, "Whether swarms that ask may load it; without, each refuses; default true."),
            Forms.Boolean.Words,
            (settings, text) => Forms.Boolean.TryParse(text, out var value) ? settings with { Consent = value } : null),
        new(
            new("Replicas", "--replicas", Replicas.StandsFor, "Swarms that start together, once so many have said ready; default 0: each when it likes."),
            Replicas.Words,
            (settings, text) => Replicas.TryParse(text, out var value) ? settings with { Replicas = value } : null),
    ];

    private static ServeSetting Of(Setting<ServerSpec> row) =>
        new(row.Option, row.WordsAlone, (settings, text) => row.TryApply(settings.Spec, text, out var next, isAlone: true) ? settings with { Spec = next }
            : null);
}
