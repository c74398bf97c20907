using LoadLab.Model;

namespace LoadLab.KernelModel.Tests;

/// <summary>One random case of ends: clients and the server close, half-close and reset in any order; the commands for the kernel, and the same for the
/// model.</summary>
internal sealed class EndsCase
{
    private const int Connections = 12;
    private readonly List<(Side Side, string How, int Count)> steps = [];
    private readonly int buckets;

    public EndsCase(int seed)
    {
        var random = new Random(seed);
        buckets = random.Next(4) == 0 ? 5 : 8192;

        // Which of the ends got the last buckets is open, and with it what comes after.
        for (var i = 0; i < (buckets == 5 ? 1 : 6); i++)
        {
            steps.Add(((Side)random.Next(2), new[] { "close", "close", "half", "reset" }[random.Next(4)], 1 + random.Next(6)));
        }
    }

    public IReadOnlyList<string> Commands =>
    [
        $"set net/ipv4/tcp_max_tw_buckets {buckets}",
        "set net/ipv4/tcp_rfc1337 1",
        "listen 127.0.0.1 9000 1",
        $"load {Connections} any 127.0.0.1 0 0 0 0 listener 0",
        "accept",
        .. steps.SelectMany(step => (string[])[$"{(step.Side == Side.Client ? "clients" : "servers")} {step.How} {step.Count}", "sleep 60", "states"]),
    ];

    /// <summary>After each step: ESTABLISHED, CLOSE-WAIT and TIME-WAIT of the server's ends, of the clients' ends, and FIN-WAIT-2 of both.</summary>
    public static IReadOnlyList<long> Observed(IReadOnlyList<KernelAnswer> answers) =>
        [.. answers.Select(answer => answer.Numbers).Where(numbers => numbers.Count == 22)
            .SelectMany(n => (long[])[n[0], n[7], n[5], n[11], n[18], n[16], n[4] + n[15]])];

    public IReadOnlyList<long> Modelled()
    {
        var given = new GivenPorts("32768 60999", more: [("tcp_max_tw_buckets", $"{buckets}")]);
        _ = given.Connect(Connections);
        var counts = new EndCounts();
        var ends = given.Open.ConvertAll(lease => new TcpEnds(given.Table, lease, counts));
        ends.ForEach(end => end.ClientEstablished());
        ends.ForEach(end => end.ServerEstablished());
        List<TcpEnds>[] open = [[.. ends], [.. ends]];
        var figures = new List<long>();
        foreach (var (side, how, count) in steps)
        {
            var mine = open[(int)side];
            var ended = mine.Take(count).ToList();
            ended.ForEach(how switch { "close" => end => end.Close(side, hasUnread: false), "half" => end => end.ShutDown(side), _ => end => end.Abort(side) });
            if (how != "half")
            {
                mine.RemoveRange(0, ended.Count);
            }

            given.Wait(0.06);
            var waiting = given.Table.Waiting;
            figures.AddRange([
                counts[Side.Server, TcpState.Established], counts[Side.Server, TcpState.CloseWait], waiting.OfServers,
                counts[Side.Client, TcpState.Established], counts[Side.Client, TcpState.CloseWait], waiting.OfClients,
                counts[Side.Client, TcpState.FinWait2] + counts[Side.Server, TcpState.FinWait2] + waiting.FinWait2]);
        }

        return figures;
    }
}
