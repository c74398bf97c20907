using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using LoadLab.Kernel;
using LoadLab.Model;
using LoadLab.Swarm;

namespace LoadLab.Cli;

/// <summary>Whom a swarm on its own may load: a LoadLab server that says so, or whoever listens on the loopback of a network namespace that is not the machine's.</summary>
internal static class Permission
{
    private static readonly TimeSpan NameRetry = TimeSpan.FromMilliseconds(200);

    /// <summary>The target, if it may be loaded.</summary>
    /// <param name="text"><c>127.0.0.1:9000</c> or <c>server:9000</c>.</param>
    /// <param name="replica">Who asks.</param>
    /// <param name="patience">How long a name or a server may take to come up.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="Complaint">It may not, with the reason; nothing was sent to its TCP port.</exception>
    public static SwarmTarget Of(string text, string replica, TimeSpan patience, CancellationToken cancellation)
    {
        if (SwarmTarget.TryParse(Resolved(text, patience, cancellation), out var target) is { } refusal)
        {
            throw Complaint.BadInput($"--target {text}: {refusal}");
        }

        var isLoopback = !AddressRange.Benchmark.Contains(target!.Address);
        if (!isLoopback && !HasInterfaceIn(AddressRange.Benchmark))
        {
            throw Complaint.BadInput($"--target {text}: no interface of this machine is in 198.18.0.0/15, so the load would leave by its default route; give it such a network (compose does), or take a target in 127.0.0.0/8.");
        }

        if (isLoopback && !NetworkNamespace.IsTheMachines)
        {
            return target;
        }

        var client = new ConsentClient(target, replica);
        return client.Ask(patience, cancellation) is not null || cancellation.IsCancellationRequested
            ? target
            : throw Complaint.BadInput(
                $"--target {text}: nobody there consents to be loaded, so nothing was sent to TCP port {target.Port}. A server consents by being 'loadlab serve' (it answers on UDP port {target.Port}); any other server is loaded inside a sandbox alone: loadlab run SCENARIO --subject 'COMMAND' --target ADDRESS:PORT");
    }

    // A name of compose or of a Docker Swarm may come up after this process.
    private static string Resolved(string text, TimeSpan patience, CancellationToken cancellation)
    {
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || IPAddress.TryParse(text[..colon], out _))
        {
            return text;
        }

        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                var addresses = Dns.GetHostAddresses(text[..colon], AddressFamily.InterNetwork);
                var harmless = Array.Find(addresses, one => AddressRange.TryAddress(one.ToString(), out var number) && AddressRange.IsHarmlessAddress(number));
                return $"{harmless ?? addresses.FirstOrDefault()}{text[colon..]}";
            }
            catch (SocketException e)
            {
                if (TimeProvider.System.GetElapsedTime(began) > patience || cancellation.IsCancellationRequested)
                {
                    throw Complaint.BadInput($"--target {text}: the name '{text[..colon]}' has no IPv4 address ({e.Message}); it takes an address in 127.0.0.0/8 or 198.18.0.0/15, or a name that has one");
                }

                cancellation.WaitHandle.WaitOne(NameRetry);
            }
        }
    }

    private static bool HasInterfaceIn(AddressRange range) => NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(one => one.GetIPProperties().UnicastAddresses)
        .Any(own => AddressRange.TryAddress(own.Address.ToString(), out var address) && range.Contains(address));
}
