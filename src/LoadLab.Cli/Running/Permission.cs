using System.Net;
using System.Net.Sockets;
using LoadLab.Model;
using LoadLab.Swarm;

namespace LoadLab.Cli;

/// <summary>What a swarm on its own may load: a LoadLab server that consents, wherever it is. Only a sandbox that a run has made needs no consent.</summary>
internal static class Permission
{
    private static readonly TimeSpan NameRetry = TimeSpan.FromMilliseconds(200);

    /// <summary>The target, its consent, and the client that asks again; null when it was cancelled.</summary>
    /// <param name="text"><c>127.0.0.1:9000</c> or <c>server:9000</c>.</param>
    /// <param name="replica">The swarm that asks.</param>
    /// <param name="patience">How long a name or a server may take to come up.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="CliException">It may not, with the reason; nothing was sent to its TCP port.</exception>
    public static async Task<(SwarmTarget Target, ConsentClient Client, ConsentAnswer Consent)?> OfAsync(string text, string replica, TimeSpan patience,
        CancellationToken cancellation)
    {
        if (await ResolvedAsync(text, patience, cancellation) is not { } resolved)
        {
            return null;
        }

        if (SwarmTarget.TryParse(resolved, out var target) is { } refusal)
        {
            throw CliException.BadInput($"--target {text}: {refusal}");
        }

        var client = new ConsentClient(target!, replica);
        var (consent, why) = LoadPermission.Ask(client, patience, cancellation);
        return why is not null ? throw CliException.BadInput($"--target {text}: {why}") : consent is null ? null : (target!, client, consent);
    }

    // A name of compose or of a Docker Swarm may come up after this process. null: it was cancelled.
    private static async Task<string?> ResolvedAsync(string text, TimeSpan patience, CancellationToken cancellation)
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
                var addresses = await Dns.GetHostAddressesAsync(text[..colon], AddressFamily.InterNetwork, cancellation)
                    .WaitAsync(patience + NameRetry, cancellation);
                var harmless = Array.Find(addresses, one => AddressRange.TryAddress(one.ToString(), out var number) && AddressRange.IsHarmlessAddress(number));
                return $"{harmless ?? addresses.FirstOrDefault()}{text[colon..]}";
            }
            catch (Exception e) when (e is SocketException or TimeoutException or OperationCanceledException)
            {
                if (cancellation.IsCancellationRequested)
                {
                    return null;
                }

                if (TimeProvider.System.GetElapsedTime(began) > patience)
                {
                    throw CliException.BadInput(
                        $"--target {text}: the name '{text[..colon]}' has no IPv4 address ({e.Message}); it takes an address in 127.0.0.0/8 or "
                        + $"198.18.0.0/15, or a name that has one");
                }

                await Task.Delay(NameRetry, CancellationToken.None);
            }
        }
    }
}
