using System.Globalization;
using LoadLab.Kernel;
using LoadLab.Model;
using LoadLab.Testing;

// Connects against a full accept queue, in whatever network namespace and kernel this is started: "10000 ipv4". Prints one line about them.
// Brings up lo, which a new namespace has down. That tcp_syncookies is as a test wants it is the caller's doing.
if (args is ["at-limit"])
{
    // Until it is killed: what becomes of the endpoint's process then is what a test wants to know.
    await using var limited = await FailingEndpoint.AtDescriptorLimitAsync();
    Console.WriteLine(limited.ProcessId);
    _ = Console.ReadLine();
    return 0;
}

var connects = int.Parse(args[0], CultureInfo.InvariantCulture);
var family = args[1] == "ipv6" ? System.Net.Sockets.AddressFamily.InterNetworkV6 : System.Net.Sockets.AddressFamily.InterNetwork;
LoopbackInterface.BringUp();
var needed = connects + 200L;
if (ResourceLimits.Nofile(0) is { } limits && limits.Soft < needed)
{
    _ = ResourceLimits.SetNofile(0, new SoftAndHard(needed, Math.Max(needed, limits.Hard)));
}

await using var server = await FailingEndpoint.FullAcceptQueueAsync(new EndpointOptions { AddressFamily = family });
var to = SocketEnd.Loopback(family == System.Net.Sockets.AddressFamily.InterNetwork ? SocketFamily.Ipv4 : SocketFamily.Ipv6, server.Port);
var clients = new int[connects];
for (var i = 0; i < connects; i++)
{
    var created = StreamCalls.Create(to.IsIpv4 ? SocketFamily.Ipv4 : SocketFamily.Ipv6, 0);
    if (!created.IsOk)
    {
        Console.WriteLine($"socket {i} failed with {created.Errno}");
        return 2;
    }

    clients[i] = (int)created.Value;
    _ = SocketCalls.SetNonBlocking(clients[i], nonBlocking: true);
    _ = StreamCalls.Connect(clients[i], to);
}

// Until each has sent its SYN twice at least: one that is dropped the first time must be dropped the second time, too.
var clock = RunClock.StartNew();
foreach (var fd in clients)
{
    while (SocketCalls.TotalRetransmits(fd) is 0 && clock.Now < Nanoseconds.FromSeconds(30))
    {
        clock.SleepUntil(clock.Now + Nanoseconds.FromMilliseconds(10));
    }
}

var states = clients.GroupBy(fd => StreamCalls.State(fd) ?? "unknown").OrderBy(group => group.Key).Select(group => $"{group.Key} {group.Count()}");
var retransmitted = clients.Count(fd => SocketCalls.TotalRetransmits(fd) > 0);
var state = server.State;
Console.WriteLine(
    $"kernel {Environment.OSVersion.Version.ToString(2)}, tcp_syncookies {Sysctl.Read("net.ipv4.tcp_syncookies")}: {string.Join(", ", states)}; "
    + $"{retransmitted} retransmitted; accept queue {state.AcceptQueue} of {state.LiveBacklog + 1}; {state.PacketsDropped} packets dropped");
return 0;
