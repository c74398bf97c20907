using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>Whether a server on its own may be loaded: it has to consent, wherever it is. Only a sandbox that a run has made needs no consent.</summary>
public static class LoadPermission
{
    /// <summary>Asks for it.</summary>
    /// <param name="client">Asks.</param>
    /// <param name="patience">How long a server may take to come up.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The consent; or why there is none, as a sentence without its subject's name; neither when it was cancelled. Nothing was sent to the TCP
    /// port.</returns>
    public static (ConsentAnswer? Consent, string? Refusal) Ask(ConsentClient client, TimeSpan patience, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        if (!client.StaysHere)
        {
            return (null,
                "no network of this machine in 198.18.0.0/15 has this address, so the load would leave by a gateway. Give this machine such a network "
                + "(compose does), or use a target in 127.0.0.0/8.");
        }

        var port = client.Target.Port;
        return client.Ask(patience, cancellation) switch
        {
            { IsShared: true } => (null,
                $"the server there does not consent, because another program listens on port {port}, too; nothing was sent to that port. "
                + $"End the other program (ss -ltnp sport = {port} shows it), or use another --port."),
            { } consent => (consent, null),
            null when cancellation.IsCancellationRequested => (null, null),
            null => (null,
                $"no server there consents to be loaded, so nothing was sent to TCP port {port}. A server consents by being 'loadlab serve' (it answers on "
                    + $"UDP port {port}); "
                + "any other server is loaded inside a sandbox alone: loadlab run SCENARIO --subject 'COMMAND' --target ADDRESS:PORT"),
        };
    }
}
