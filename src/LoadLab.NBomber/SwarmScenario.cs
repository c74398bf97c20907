using System.Collections.Concurrent;
using LoadLab.Kernel;
using LoadLab.Model;
using LoadLab.Swarm;
using NBomber.Contracts;
using NBomber.CSharp;
using Scenario = NBomber.CSharp.Scenario;

namespace LoadLab.NBomber;

/// <summary>
/// LoadLab's clients as an NBomber scenario: each iteration is one connect with exact errno, closed at once. NBomber paces; the load simulation is
/// the caller's.
/// </summary>
/// <remarks>
/// A failure is <c>Response.Fail</c> with the errno's name as status code, not an exception, which NBomber would log one by one and file under -101.
/// .NET's own sockets call EMFILE ENFILE; these ask the kernel.
/// A connect waits while the server's consent is in doubt; when it has ended, NBomber's test is stopped and says why.
/// Concurrency: any number of copies; they share the tally and the waiter. Dispose it after NBomber's <c>Run</c>.
/// </remarks>
public sealed class SwarmScenario : IDisposable
{
    /// <summary>The status code of an established connection.</summary>
    public const string Established = "ESTABLISHED";

    /// <summary>The status code of a connect that was not begun, since the server's consent has ended.</summary>
    public const string NoConsent = "NO-CONSENT";

    private const string GivenUp = "connect (given up)";
    private static readonly TimeSpan BetweenAsks = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan FlushEvery = TimeSpan.FromMilliseconds(100);
    private readonly NBomberRun run;
    private readonly ConsentWatch consent;
    private readonly ConnectTally tally;
    private readonly ConnectWaiter waiter = new();
    private readonly Timer flushing;
    private readonly Lock flushed = new();

    // One answer for each outcome: a connect allocates none.
    private readonly IResponse established = Response.Ok(statusCode: Established);
    private readonly ConcurrentDictionary<Errno, IResponse> failures = [];

    /// <summary>Clients of a run's target.</summary>
    /// <param name="run">Says what each does, and gets their observations.</param>
    /// <exception cref="InvalidOperationException">The run only watches.</exception>
    public SwarmScenario(NBomberRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        consent = run.Consent ?? throw new InvalidOperationException(
            "This run only watches and makes no connections: for LoadLab's clients, make the run with NBomberRun.Create.");
        this.run = run;
        tally = new ConnectTally(run.Clock);
        flushing = new Timer(_ => Flush(), null, FlushEvery, FlushEvery);
    }

    /// <summary>The scenario, without warm-up, and never stopped for its failures: those are what it is about. Give it a load simulation.</summary>
    public ScenarioProps Create(string name)
    {
        run.Owns(name);
        return Scenario.Create(name, ConnectAsync).WithoutWarmUp().WithMaxFailCount(int.MaxValue);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        flushing.Dispose();
        Flush();
        waiter.Dispose();
    }

    private async Task<IResponse> ConnectAsync(IScenarioContext context)
    {
        while (!consent.MayConnect())
        {
            if (consent.Reason is { } reason)
            {
                context.StopCurrentTest(reason);
                return Response.Fail(statusCode: NoConsent, message: reason);
            }

            await Task.Delay(BetweenAsks);
        }

        tally.Begin();
        var began = run.Clock.Now;
        var socket = SocketCalls.CreateTcp(nonBlocking: true);
        if (!socket.IsOk)
        {
            return Ended("socket", socket.Errno, began);
        }

        var fd = (int)socket.Value;
        var answer = Asked(fd);
        var errno = answer == Errno.EINPROGRESS ? await waiter.EndOfAsync(fd, run.Clients.ConnectTimeout.ToTimeSpan()) : answer;
        consent.Ended(errno ?? Errno.ETIMEDOUT, (run.Clock.Now - began).Value);
        var response = Ended(errno is null ? GivenUp : "connect", errno ?? Errno.ETIMEDOUT, began);
        _ = run.Clients.Then == ClientEnd.Reset ? SocketCalls.Reset(fd) : SocketCalls.Close(fd);
        return response;
    }

    // On loopback the handshake is over when the first call says EINPROGRESS; the second call then says so, and nobody has to wait.
    private Errno Asked(int fd)
    {
        var first = SocketCalls.Connect(fd, run.Target.Address, run.Target.Port);
        if (first.IsOk || first.Errno != Errno.EINPROGRESS)
        {
            return first.Errno;
        }

        var second = SocketCalls.Connect(fd, run.Target.Address, run.Target.Port);
        return second.IsOk ? Errno.None : second.Errno == Errno.EALREADY ? Errno.EINPROGRESS : second.Errno;
    }

    private IResponse Ended(string syscall, Errno errno, Nanoseconds began)
    {
        tally.End(syscall, errno, began);
        return errno.IsNone ? established : failures.GetOrAdd(errno, one => Response.Fail(statusCode: one.Name, message: one.Sentence));
    }

    // Under a lock, so that the last flush comes after one that the timer has begun, and nothing taken is on its way when the run ends.
    private void Flush()
    {
        lock (flushed)
        {
            if (tally.Take() is { } counted)
            {
                run.Record(counted);
            }
        }
    }
}
