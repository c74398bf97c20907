using System.Net;

namespace LoadLab.Cli;

/// <summary>Sees each export on its way out: what was not taken, and why.</summary>
/// <remarks>The exporters themselves report to an event source only, which is not in a trimmed program. Concurrency: any thread.</remarks>
internal sealed class DeliveryWatch : IDisposable
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource over = new();
    private long failed;
    private string? why;

    /// <summary>Exports that were not taken, and the first reason; null when all were.</summary>
    public (long Failed, string Why)? Loss
    {
        get
        {
            lock (gate)
            {
                return why is null ? null : (failed, why);
            }
        }
    }

    /// <summary>A client whose exports are watched, and which gives up a connection that does not come about in a second.</summary>
    public HttpClient Client(int? timeoutMs)
    {
        // Kept open: a server at its fd limit could not open another one.
        var sockets = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(1), PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            AllowAutoRedirect = false };
        var client = new HttpClient(new Handler(this, sockets));
        if (timeoutMs is { } limit)
        {
            client.Timeout = TimeSpan.FromMilliseconds(limit);
        }

        return client;
    }

    /// <summary>From now on nothing is sent, and what is being sent is abandoned: whoever waits for it goes on at once.</summary>
    public void GiveUp() => over.Cancel();

    /// <summary>Ends it; whoever exports has ended.</summary>
    public void Dispose() => over.Dispose();

    private void Failed(string reason)
    {
        lock (gate)
        {
            failed++;
            why ??= reason;
        }
    }

    private sealed class Handler(DeliveryWatch watch, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, watch.over.Token);
            try
            {
                return Look(base.Send(request, either.Token));
            }
            catch (Exception e) when (IsNoAnswer(e))
            {
                watch.Failed(Reason(e));
                throw;
            }
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, watch.over.Token);
            try
            {
                return Look(await base.SendAsync(request, either.Token));
            }
            catch (Exception e) when (IsNoAnswer(e))
            {
                watch.Failed(Reason(e));
                throw;
            }
        }

        private static bool IsNoAnswer(Exception e) => e is HttpRequestException or OperationCanceledException or IOException;

        private static string Reason(Exception e) => e is OperationCanceledException ? "no answer in time" : e.Message;

        private HttpResponseMessage Look(HttpResponseMessage response)
        {
            if (response.StatusCode != HttpStatusCode.OK)
            {
                watch.Failed($"it answered {(int)response.StatusCode} {response.ReasonPhrase}");
            }
            else if (response.Headers.TryGetValues("grpc-status", out var status) && status.First() is not "0" and var code)
            {
                // An answer of headers alone, which is how gRPC refuses.
                watch.Failed($"it answered gRPC status {code}");
            }

            return response;
        }
    }
}
