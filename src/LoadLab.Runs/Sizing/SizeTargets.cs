using System.Collections.Immutable;
using System.Globalization;
using LoadLab.Judging.Sizing;
using LoadLab.KernelModel.Rules;
using LoadLab.Model;

namespace LoadLab.Runs.Sizing;

/// <summary>Something that can be sized by name: its scenario, its setting, its condition and its formula.</summary>
/// <param name="Name">Its name.</param>
/// <param name="About">What is found, as half a sentence.</param>
/// <param name="Needs">The options that it cannot do without.</param>
/// <param name="Make">From what was asked to what is searched.</param>
public sealed record SizeTarget(string Name, string About, string Needs, Func<SizeAsk, SizeRequest> Make);

/// <summary>All targets, one row each; anything else is a scenario.</summary>
public static class SizeTargets
{
    private const double More = 1.2;
    private const int MostBacklog = 65535;
    // The server of these runs listens on port 9000, which is then outside of every range.
    private const long MostPorts = 56000;
    private const double TimeWaitSeconds = 60;

    // As many connects a second as a busy machine of two processors still makes; a whole minute's worth has to be over long before the first TIME-WAIT ends.
    private const double FastRate = 4000;
    private const int HighestPort = 65535;

    // With IP_LOCAL_PORT_RANGE set the search goes through all ports of the range in turn; without it, every connect beyond half of them walks over that half
    // first (net/ipv4/inet_hashtables.c __inet_hash_connect): 30,000 ports take half a minute. The range itself stays the sysctl's.
    private static readonly KernelVersion SearchesInTurn = KernelVersion.Parse("6.8");

    // The next SYN of a client whose last was dropped comes after 1 s, or, of one that has waited long, after as much time again.
    private static readonly Nanoseconds OneStep = Nanoseconds.FromMilliseconds(1400);

    // For the last accept() of a paced loop.
    private static readonly Nanoseconds Settling = Nanoseconds.FromMilliseconds(100);
    private const int LongestDrain = 30;

    /// <summary>All of them.</summary>
    public static ImmutableArray<SizeTarget> All { get; } =
    [
        new("accept-queue", "the smallest backlog that loses no client in a pause of accept()", "--rate and --pause", AcceptQueue),
        new("ports", "the fewest ephemeral ports for a client that closes first", "--rate", Ports),
        new("descriptors", "the smallest RLIMIT_NOFILE for so many connections at once", "--connections", Descriptors),
    ];

    /// <summary>What is searched; null: there is no such target.</summary>
    /// <exception cref="RunException">Something that it needs is missing.</exception>
    public static SizeRequest? TryMake(SizeAsk ask)
    {
        ArgumentNullException.ThrowIfNull(ask);
        return All.FirstOrDefault(target => target.Name == ask.What)?.Make(ask);
    }

    /// <summary>What is searched in a scenario of one's own.</summary>
    /// <exception cref="RunException">Something that it needs is missing.</exception>
    public static SizeRequest OfScenario(SizeAsk ask)
    {
        ArgumentNullException.ThrowIfNull(ask);
        if (ask.Find is not { } find || ask.Range is not { } range || ask.Conditions.IsEmpty)
        {
            throw RunException.Refused(
                $"'{ask.What}' is taken for a scenario, and size needs --find SETTING --between {SizeRange.Form.Split(',')[0]} --until 'CONDITION' with one; "
                + $"by name there are {string.Join(", ", All.Select(target => $"{target.Name} ({target.Needs})"))}");
        }

        return Base(ask, ask.What, find, range, ask.Conditions, []);
    }

    private static SizeRequest AcceptQueue(SizeAsk ask)
    {
        var (rate, pause) = (Asked(ask.Rate, ask, "--rate 2000/s"), Asked(ask.Pause, ask, "--pause 300ms"));
        var arrivals = Count(rate.PerSecond, pause.Seconds);
        if (arrivals is < 1 or > MostBacklog)
        {
            throw RunException.Refused($"{rate} for {pause} are {arrivals} arrivals in the pause; size takes 1 to {MostBacklog}");
        }

        var isTimed = ask.Conditions.Any(condition => condition.Of.Unit == Units.Seconds
            || condition.Of.Name.StartsWith("connections.", StringComparison.Ordinal));
        var find = ask.Find ?? "server.backlog";
        var isBacklog = find is "server.backlog" or "sysctl.net.core.somaxconn";
        var drain = Drain(ask, rate, arrivals);
        string[] load = Load(rate.PerSecond, pause, isTimed, ask.AcceptRate, drain);

        // A client that is still waiting has no latency: only where everybody is connected a quantile is of all clients.
        var conditions = ask.Conditions.IsEmpty ? [Condition("drops == 0")] : isTimed ? ask.Conditions.Add(Condition("waiting == 0")) : ask.Conditions;
        var isLossless = conditions is [var only] && only.Of.Quantity?.ToString() == "drops" && only.Number == 0;
        return Base(ask, "accept-queue/longest-pause", find, ask.Range ?? new SizeRange(0, Math.Min(MostBacklog, Math.Max(16, arrivals * 2)), ""),
            conditions, load) with
        {
            Noun = find == "server.backlog" ? "backlog" : find,
            ClosedForm = isLossless && isBacklog
                ? new ClosedForm($"arrivals in the longest pause - 1 = {rate.PerSecond:0.###}/s x {pause} - 1, since the accept queue holds backlog + 1",
                    arrivals - 1, "include/net/sock.h sk_acceptq_is_full; net/ipv4/tcp_input.c tcp_conn_request", null)
                : null,
            ClosedFormOfMore = Count(rate.PerSecond * More, pause.Seconds) - 1,
            More = [.. Load(rate.PerSecond * More, pause, isTimed, ask.AcceptRate, drain * More)],
            Notes = ask.AcceptRate is { } accepts ? [DrainNote(rate, accepts, arrivals)] : [],
            Paste = (value, _) => isBacklog ? PasteLines.OfBacklog(value) : [],
        };
    }

    // The clients of the pause all come before accept() goes on; with a condition on time, those that were dropped get a second more to come in.
    private static string[] Load(double perSecond, Nanoseconds pause, bool isTimed, Rate? accepts, double drainSeconds)
    {
        var step = isTimed ? Math.Max(pause.Value, OneStep.Value) : 0;
        var wait = Math.Max(step, accepts is null ? 0 : Nanoseconds.FromSeconds(drainSeconds).Value + Settling.Value);
        return
        [
            $"swarm.rate={perSecond.ToString("0.######", CultureInfo.InvariantCulture)}/s",
            $"swarm.for={Text(pause)}",
            .. wait > 0 ? (string[])[$"phases.accept.wait={Text(new Nanoseconds(wait))}"] : [],
            .. accepts is { } rate ? (string[])[$"phases.accept.accept=paced {rate}"] : [],
        ];
    }

    // How long the loop needs for the clients of the pause alone; 0 where it takes them as fast as they come.
    private static double Drain(SizeAsk ask, Rate rate, long arrivals)
    {
        if (ask.AcceptRate is not { } accepts)
        {
            return 0;
        }

        if (accepts.PerSecond <= rate.PerSecond)
        {
            throw RunException.Refused(
                $"--accept-rate {accepts} is not above --rate {rate}: after a pause the queue never empties, so no backlog is enough for long; "
                + $"accept faster, or spread the connections over more servers");
        }

        var seconds = arrivals / accepts.PerSecond;
        return seconds <= LongestDrain ? seconds : throw RunException.Refused(
            $"--accept-rate {accepts}: {arrivals} clients of the pause take {seconds:0} s to accept; size takes at most {LongestDrain} s");
    }

    private static string DrainNote(Rate rate, Rate accepts, long arrivals) =>
        $"after the pause accept() takes {accepts} and {rate} arrive: the queue is empty again {arrivals / (accepts.PerSecond - rate.PerSecond):0.###} s later "
        + "(arrivals in the pause / (accept rate - rate)); a second pause before that adds to what is queued";

    private static SizeRequest Ports(SizeAsk ask)
    {
        var rate = Asked(ask.Rate, ask, "--rate 500/s");
        if (ask.Close is not (null or "client"))
        {
            throw RunException.Refused(
                $"--close {ask.Close}: takes client, since only the side that closes first keeps the port in TIME-WAIT; of a server that closes first the "
                + "client's port is free at once");
        }

        var total = Count(rate.PerSecond, TimeWaitSeconds);
        if (total is < 2 or > MostPorts * 4)
        {
            throw RunException.Refused($"{rate} are {total} connections in the 60 s of TIME-WAIT; size takes 2 to {MostPorts * 4}");
        }

        if (total > MostPorts)
        {
            throw RunException.Refused(
                $"{rate} x 60 s are {total} ports, and one source address has at most {MostPorts} for one destination: use "
                + $"{(total + MostPorts - 1) / MostPorts} source addresses, or net.ipv4.tcp_tw_reuse = 1, or let the server close first");
        }

        var range = ask.Range ?? new SizeRange(2, Math.Min(MostPorts, total + Math.Max(16, total / 2)), "");
        return Base(ask, "ephemeral-ports/close-first", "sysctl.net.ipv4.ip_local_port_range", range, ask.Conditions.IsEmpty
            ? [Condition("without-port == 0")] : ask.Conditions, Minute(total)) with
        {
            Noun = "ports",
            Written = value => $"{HighestPort - value + 1} {HighestPort}",
            ClosedForm = ask.Conditions.IsEmpty
                ? new ClosedForm($"{rate.PerSecond:0.###}/s x 60 s, since TIME-WAIT keeps a port for a minute", total,
                $"{TimeWait.KernelSource}; net/ipv4/inet_hashtables.c __inet_hash_connect", null) : null,
            ClosedFormOfMore = Count(rate.PerSecond * More, TimeWaitSeconds),
            More = [.. Minute(Count(rate.PerSecond * More, TimeWaitSeconds))],
            Shorter = (SearchesInTurn, [$"swarm.local-ports=1024-{HighestPort}"]),
            Paste = (value, _) => PasteLines.OfPorts(value),
        };
    }

    // A minute's connections in a few seconds: none of their ports comes back before the last of them, so it does not matter how fast they come.
    private static string[] Minute(long total) =>
        [$"swarm.connections={total}", $"swarm.rate={FastRate.ToString(CultureInfo.InvariantCulture)}/s",
            $"swarm.for={Text(Nanoseconds.FromSeconds(Math.Ceiling((total / FastRate) + 1)))}"];

    private static SizeRequest Descriptors(SizeAsk ask)
    {
        var connections = Asked(ask.Connections, ask, "--connections 10000");
        if (connections is < 1 or > 1_000_000)
        {
            throw RunException.Refused($"--connections {connections}: takes 1 to 1000000");
        }

        var (find, condition, formula, value) = ask.OfClient
            ? ("limits.swarm.spare", "refused == 0", $"{connections} connections, one descriptor each", connections)
            : ("limits.server.spare", "failed-accepts == 0",
                $"{connections} connections and 1 more, since accept() takes its descriptor before it looks at the queue", connections + 1);
        return Base(ask, "file-descriptors/fd-limit-for-connections", find, ask.Range ?? new SizeRange(0, Math.Max(16, connections * 2), ""),
            ask.Conditions.IsEmpty ? [Condition(condition)] : ask.Conditions,
            [$"swarm.connections={connections}", .. ask.OfClient ? (string[])["preflight=note"] : []]) with
        {
            Noun = "free descriptors",
            ClosedForm = ask.Conditions.IsEmpty ? new ClosedForm(formula, value, "fs/file.c alloc_fd; net/socket.c __sys_accept4_file", null) : null,
            ClosedFormOfMore = (long)Math.Ceiling(connections * More) + (ask.OfClient ? 0 : 1),
            More = [$"swarm.connections={(long)Math.Ceiling(connections * More)}"],
            Paste = (free, own) => PasteLines.OfDescriptors(free + (own ?? 0)),
        };
    }

    private static SizeRequest Base(SizeAsk ask, string scenario, string find, SizeRange range, ImmutableArray<SizeCondition> conditions, string[] settings) =>
        new(ask.Run with { Name = scenario, Settings = [.. settings, .. ask.Settings] }, find, range, conditions)
        {
            Target = scenario == ask.What ? "" : ask.What,
            Budget = ask.Budget,
            Noun = find,
            Command = ask.Command,
        };

    private static SizeCondition Condition(string text) => SizeCondition.TryParse(text, out var problem) ?? throw new InvalidOperationException(problem);

    private static T Asked<T>(T? value, SizeAsk ask, string example)
        where T : struct => value ?? throw RunException.Refused(
            $"size {ask.What} needs {All.First(target => target.Name == ask.What).Needs}: for example {example}");

    private static long Count(double perSecond, double seconds) => (long)Math.Ceiling((perSecond * seconds) - 1e-6);

    private static string Text(Nanoseconds value) => $"{value.Value / 1000}us";
}
