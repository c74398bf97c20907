using System.Net;
using System.Net.Sockets;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Testing;

/// <summary>
/// A TCP endpoint of this machine that fails in the kernel, on purpose and in one way. Make one by the static methods; dispose it after the test.
/// </summary>
/// <remarks>
/// Sockets are real and on the loopback interface, so any client of this machine may be tested: the failure is the kernel's own answer, not a mock's.
/// No privilege is needed. Each endpoint has proved by connects of its own that it fails as it says before the method that makes it returns.
/// <see cref="DisposeAsync"/> closes its sockets and ends its thread: connects that hang are then refused at their next SYN, open connections are reset.
/// Concurrency: every member may be used by any thread.
/// </remarks>
public partial class FailingEndpoint : IAsyncDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(5);
    private readonly IEndpointCore core;
    private int disposed;

    private protected FailingEndpoint(IEndpointCore core) => this.core = core;

    /// <summary>Its address and port.</summary>
    public IPEndPoint EndPoint => core.EndPoint;

    /// <summary>Its port. No other socket gets it while the endpoint lives.</summary>
    public int Port => EndPoint.Port;

    /// <summary>Its address for an HTTP client, as <c>http://127.0.0.1:43210/</c>.</summary>
    public Uri Uri => new($"http://{EndPoint}/");

    /// <summary>What it has done until now, and what the kernel says of its sockets.</summary>
    /// <exception cref="EndpointException">It has ended by a fault, or its process was killed.</exception>
    /// <exception cref="ObjectDisposedException">It has been disposed.</exception>
    public EndpointState State
    {
        get
        {
            ObjectDisposedException.ThrowIf(disposed != 0, this);
            return core.Read();
        }
    }

    /// <summary>Resets every connection that it has accepted and holds, as a server that is killed does to idle connections of a client's pool.</summary>
    /// <returns>When the kernel has been told to send all RSTs; how many connections.</returns>
    /// <exception cref="ObjectDisposedException">It has been disposed.</exception>
    public Task<int> ResetConnectionsAsync()
    {
        ObjectDisposedException.ThrowIf(disposed != 0, this);
        return core.ResetOpenAsync();
    }

    /// <summary>Waits until its state is as a test needs it, such as <c>state => state.Accepted == 2</c>.</summary>
    /// <param name="condition">Called every few milliseconds.</param>
    /// <param name="timeout">How long at most; null: ten seconds.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The first state that fulfils it.</returns>
    /// <exception cref="TimeoutException">It was not so in time; the message has the last state.</exception>
    /// <exception cref="ObjectDisposedException">It has been disposed.</exception>
    public async Task<EndpointState> WhenAsync(Func<EndpointState, bool> condition, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(condition);
        var until = RunClock.MonotonicNs + Nanoseconds.FromSeconds((timeout ?? TimeSpan.FromSeconds(10)).TotalSeconds).Value;
        using var looks = new PeriodicTimer(BetweenLooks);
        while (true)
        {
            var state = State;
            if (condition(state))
            {
                return state;
            }

            if (RunClock.MonotonicNs > until)
            {
                throw new TimeoutException($"The endpoint at {EndPoint} was not in the awaited state in time; its last one: {state}");
            }

            _ = await looks.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Closes its sockets and ends its thread; returns when both are gone. May be called twice.</summary>
    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 0)
        {
            core.Dispose();
        }

        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>The family of the options, in the Model's words.</summary>
    private static SocketFamily FamilyOf(EndpointOptions options) => options.AddressFamily switch
    {
        AddressFamily.InterNetwork => SocketFamily.Ipv4,
        AddressFamily.InterNetworkV6 => SocketFamily.Ipv6,
        _ => throw new ArgumentException(
            $"{nameof(EndpointOptions)}.{nameof(EndpointOptions.AddressFamily)} is {options.AddressFamily}: "
            + "InterNetwork (127.0.0.1) and InterNetworkV6 (::1) are possible",
            nameof(options)),
    };
}
