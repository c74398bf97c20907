using System.Globalization;
using LoadLab.Model;
using Microsoft.Extensions.Configuration;

namespace LoadLab.Server;

/// <summary>The settings of a hosted accept loop: those of <c>loadlab serve</c>, as options that any configuration section can fill.</summary>
/// <remarks>
/// Texts have the form that scenario files and <c>serve</c> take (<c>paced 40/s</c>, <c>1500ms</c>), so that one section serves both. A value that is
/// not allowed ends the host's start with a sentence for each: the key, the value, and what is allowed.
/// </remarks>
public sealed class AcceptLoopOptions
{
    private readonly Dictionary<Setting<ServerSpec>, string> refused = [];

    /// <summary>The address it listens on: an IPv4 address of this host, or 0.0.0.0 for all.</summary>
    public string Address
    {
        get => Text(ServerSettings.Address, Spec.Address);
        set => Take(ServerSettings.Address, value);
    }

    /// <summary>The port; 0: the kernel picks one, see <see cref="IAcceptLoop.EndPoint"/>.</summary>
    public int Port
    {
        get => Whole(ServerSettings.Port, Spec.Port);
        set => Take(ServerSettings.Port, value.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The number given to listen(2), in connections; the live backlog is min(this, net.core.somaxconn), and somaxconn for -1.</summary>
    public int Backlog
    {
        get => Whole(ServerSettings.Backlog, Spec.Backlog);
        set => Take(ServerSettings.Backlog, value.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>How many listeners share the port, each with an accept queue of its own; more than one implies <see cref="ReusePort"/>.</summary>
    public int Listeners
    {
        get => Whole(ServerSettings.Listeners, Spec.Listeners);
        set => Take(ServerSettings.Listeners, value.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>SO_REUSEPORT on every listener.</summary>
    public bool ReusePort
    {
        get => Spec.ReusePort;
        set => Take(ServerSettings.ReusePort, value ? "true" : "false");
    }

    /// <summary>When accept() is called: <c>never</c>, <c>eager</c>, <c>paced 40/s</c>, <c>stalled 1s 500ms</c>.</summary>
    public string Accept
    {
        get => Text(ServerSettings.Accept, Spec.Accept.ToString());
        set => Take(ServerSettings.Accept, value);
    }

    /// <summary>How many threads call accept().</summary>
    public int AcceptThreads
    {
        get => Whole(ServerSettings.AcceptThreads, Spec.AcceptThreads);
        set => Take(ServerSettings.AcceptThreads, value.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// What it does when accept() says EMFILE or ENFILE: <c>spin</c>, <c>sleep 100ms</c>, <c>backoff 5ms 1s</c>, <c>pause 1s</c>, <c>shed</c>.
    /// </summary>
    public string AtLimit
    {
        get => Text(ServerSettings.AtLimit, Spec.AtLimit.ToString());
        set => Take(ServerSettings.AtLimit, value);
    }

    /// <summary>What happens to an accepted connection: <c>hold</c>, <c>echo</c>, <c>discard</c>, <c>close</c>, <c>reset</c>.</summary>
    public string Connection
    {
        get => Text(ServerSettings.Connection, EnumWords<ConnectionBehaviour>.Of(Spec.Connection));
        set => Take(ServerSettings.Connection, value);
    }

    /// <summary>TCP_DEFER_ACCEPT of the listeners, such as <c>30s</c>; <c>0</c>: off.</summary>
    public string DeferAccept
    {
        get => Text(ServerSettings.DeferAccept, TimeText(Spec.DeferAccept));
        set => Take(ServerSettings.DeferAccept, value);
    }

    /// <summary>TCP_USER_TIMEOUT of accepted connections, such as <c>1500ms</c>; <c>0</c>: by net.ipv4.tcp_retries2.</summary>
    public string UserTimeout
    {
        get => Text(ServerSettings.UserTimeout, TimeText(Spec.UserTimeout));
        set => Take(ServerSettings.UserTimeout, value);
    }

    /// <summary>SO_KEEPALIVE of accepted connections, as <c>IDLE INTERVAL COUNT</c>: <c>60s 10s 6</c>; empty: off.</summary>
    public string Keepalive
    {
        get => Text(ServerSettings.Keepalive, Spec.Keepalive?.ToString() ?? "");
        set => TakeKeepalive(value);
    }

    /// <summary>The settings of a server that verbs and configuration can give, whether or not a property here has the same name.</summary>
    internal static IReadOnlyList<Setting<ServerSpec>> Rows { get; } = [.. ServerSettings.Rows.Where(row => row.Verb == Role.Server)];

    /// <summary>The server, with every value that is allowed.</summary>
    internal ServerSpec Spec { get; set; } = new();

    /// <summary>What a configuration section has that is not allowed, as sentences.</summary>
    internal List<string> SectionRefusals { get; } = [];

    /// <summary>Takes every key of a section; what is no setting, or no value of one, is kept for the validation.</summary>
    internal void Take(IConfigurationSection section)
    {
        foreach (var (name, path, text) in StandaloneConfiguration.Entries(section, [.. Rows.Select(row => row.Option.Key)], SectionRefusals))
        {
            var row = Rows.First(known => known.Option.Key == name);
            if (text is not null && row.TryApply(Spec, text, out var next, isAlone: true))
            {
                Spec = next;
            }
            else
            {
                SectionRefusals.Add(text is null ? $"{path} has no single value: allowed is {row.WordsAlone}" : Refusal(row, path, text));
            }
        }
    }

    /// <summary>A sentence for each value that is not allowed: the key, the value, and what is allowed.</summary>
    /// <param name="owner">What the properties are said to be of.</param>
    internal IEnumerable<string> Refusals(string owner) =>
        [.. SectionRefusals, .. refused.Select(said => Refusal(said.Key, $"{owner}:{said.Key.Option.Key}", said.Value))];

    private static string Refusal(Setting<ServerSpec> row, string path, string text) => $"{path} is '{text}': allowed is {row.WordsAlone}";

    // Times as scenario files have them: 30s, not 30 s.
    private static string TimeText(Nanoseconds time) => time.ToString().Replace(" ", "", StringComparison.Ordinal);

    // A value that is not allowed is kept as well: a getter gives back what was set, and the validation names it.
    private void Take(Setting<ServerSpec> row, string text)
    {
        if (row.TryApply(Spec, text ?? "", out var next, isAlone: true))
        {
            Spec = next;
            refused.Remove(row);
        }
        else
        {
            refused[row] = text ?? "";
        }
    }

    private void TakeKeepalive(string text)
    {
        if (string.IsNullOrEmpty(text))
        {
            Spec = Spec with { Keepalive = null };
            refused.Remove(ServerSettings.Keepalive);
            return;
        }

        Take(ServerSettings.Keepalive, text);
    }

    private string Text(Setting<ServerSpec> row, string allowed) => refused.GetValueOrDefault(row, allowed);

    private int Whole(Setting<ServerSpec> row, int allowed) =>
        refused.TryGetValue(row, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : allowed;
}
