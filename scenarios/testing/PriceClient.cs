using System.Net.Sockets;

namespace ClientTests;

/// <summary>The client under test: asks a price by HTTP, gives up a connect after 300 ms, and tries three times.</summary>
public sealed class PriceClient(Uri server) : IDisposable
{
    private const int Attempts = 3;

    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        ConnectTimeout = TimeSpan.FromMilliseconds(300),
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
    })
    {
        BaseAddress = server,
        Timeout = TimeSpan.FromSeconds(2),
    };

    public int Retries { get; private set; }

    public async Task<string> GetPriceAsync(CancellationToken cancellationToken = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await http.GetStringAsync("price", cancellationToken);
            }
            catch (Exception failed) when (attempt < Attempts && MayBeRetried(failed))
            {
                Retries++;
            }
        }
    }

    public void Dispose() => http.Dispose();

    // A GET may be sent twice. A server that is silent was given two seconds, and would get six.
    private static bool MayBeRetried(Exception failed) => failed switch
    {
        HttpRequestException => failed.GetBaseException() is SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionRefused },
        TaskCanceledException { InnerException: TimeoutException { InnerException: not TaskCanceledException } } => true,
        _ => false,
    };
}
