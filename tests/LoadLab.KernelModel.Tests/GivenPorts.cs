using LoadLab.Model;

namespace LoadLab.KernelModel.Tests;

/// <summary>A port table of one run, with the sysctls and the draw that a test gives it.</summary>
internal sealed class GivenPorts
{
    public const uint Loopback = 0x7F000001;
    private readonly Dictionary<string, string> sysctls;

    public GivenPorts(string range, double choice = 0, string kernel = "6.18.44", IEnumerable<(string Name, string Value)>? more = null)
    {
        sysctls = new() { ["net.ipv4.ip_local_port_range"] = range, ["net.ipv4.tcp_tw_reuse"] = "2", ["net.ipv4.tcp_timestamps"] = "1",
            ["net.ipv4.tcp_max_tw_buckets"] = "8192", ["net.ipv4.tcp_fin_timeout"] = "60" };
        if (KernelVersion.Parse(kernel).IsAtLeast(6, 15))
        {
            sysctls["net.ipv4.tcp_tw_reuse_delay"] = "1000";
        }

        foreach (var (name, value) in more ?? [])
        {
            sysctls[$"net.ipv4.{name}"] = value;
        }

        var facts = new KernelFacts(KernelVersion.Parse(kernel), 2, 250, name => sysctls.GetValueOrDefault(name));
        State = new SysctlState(facts);
        Timing = Timing.Prompt with { Choice = choice };
        var wheel = new WheelClock(250, 0);
        Timeline = new Timeline(wheel, () => { });
        Table = new PortTable(State, Timeline, wheel, Timing);
    }

    public SysctlState State { get; }

    public Timing Timing { get; }

    public Timeline Timeline { get; }

    public PortTable Table { get; }

    public List<PortLease> Open { get; } = [];

    /// <summary>So many connects of one kind: how many got a port, EADDRNOTAVAIL, EADDRINUSE.</summary>
    public (int Ok, int NotAvailable, int InUse) Connect(int count, BindWay bind = BindWay.None, uint source = 0, int planned = 0, PortRange? local = null,
        uint to = Loopback, int port = 9000, bool mayShare = false)
    {
        var (ok, notAvailable, inUse) = (0, 0, 0);
        for (var i = 0; i < count; i++)
        {
            var ask = new PortAsk(Endpoint.IPv4(source, planned == 0 ? 0 : planned + i), Endpoint.IPv4(to, port), bind, local) { MayShare = mayShare };
            var errno = Table.Take(ask, out var lease);
            ok += errno.IsNone ? 1 : 0;
            notAvailable += errno == Errno.EADDRNOTAVAIL ? 1 : 0;
            inUse += errno == Errno.EADDRINUSE ? 1 : 0;
            if (lease is not null)
            {
                Open.Add(lease);
            }
        }

        return (ok, notAvailable, inUse);
    }

    /// <summary>The oldest connections end.</summary>
    public void Close(int count, PortEnd end)
    {
        foreach (var lease in Open.Take(count))
        {
            Table.Close(lease, end);
        }

        Open.RemoveRange(0, Math.Min(count, Open.Count));
    }

    public void Wait(double seconds) => Timeline.RunUntil(Timeline.Now + Nanoseconds.FromSeconds(seconds));
}
