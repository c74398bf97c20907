using System.Net;
using System.Net.Sockets;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab.Tests;

/// <summary>What moves while witnesses are asked is seen, also where none of the counters in run.json moves.</summary>
public sealed class MarksTests
{
    [Fact]
    public void AConnectionThatEndsMovesThem()
    {
        using var sampler = NewSampler();
        using var listener = Listening(backlog: 4);
        using var client = NewClient();
        client.Connect(listener.LocalEndPoint!);
        var before = sampler.Marks();
        client.Dispose();
        Assert.NotEqual(before, sampler.Marks());
    }

    [Fact]
    public void AClientThatGivesUpInSynSentMovesThem()
    {
        using var sampler = NewSampler();
        using var listener = Listening(backlog: 0);
        using var queued = NewClient();
        queued.Connect(listener.LocalEndPoint!);
        using var waiting = NewClient();
        waiting.Blocking = false;
        Assert.Equal(SocketError.WouldBlock, Assert.Throws<SocketException>(() => waiting.Connect(listener.LocalEndPoint!)).SocketErrorCode);
        var before = sampler.Marks();
        waiting.Dispose();
        Assert.NotEqual(before, sampler.Marks());
    }

    // Seen twice in 1,000 runs: SYNs retransmitted right after the look were in the listener's drops of the phase, and not in its counters.
    [Fact]
    public void NoTickComesBetweenALookAndTheEndThatIsWrittenWithIt()
    {
        var clock = new RunClock(RunClock.MonotonicNs);
        var isEnding = false;
        var between = 0;
        void Write(Observation observation) => between += Volatile.Read(ref isEnding) && observation is ListenersSeen ? 1 : 0;
        using var listener = Listening(backlog: 4);
        using var client = NewClient();
        using var sampler = new Sampler(Write, clock, seesHalfOpen: false, system: null, asked: []);
        sampler.Start(PortRange.One(((IPEndPoint)listener.LocalEndPoint!).Port), ticks: true);

        // Others' segments in this namespace are marks as well, so it may take several looks.
        while (!sampler.TrySettle(sampler.Marks(), () => { }, ChangesMeanwhile))
        {
        }

        Assert.Equal(0, between);

        void ChangesMeanwhile()
        {
            Volatile.Write(ref isEnding, true);
            client.Connect(listener.LocalEndPoint!);
            clock.SleepUntil(clock.Now + Nanoseconds.FromMilliseconds(40));
            Volatile.Write(ref isEnding, false);
        }
    }

    private static Sampler NewSampler() => new(_ => { }, new RunClock(RunClock.MonotonicNs), seesHalfOpen: false, system: null, asked: []);

    private static Socket NewClient() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private static Socket Listening(int backlog)
    {
        var listener = NewClient();
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(backlog);
        return listener;
    }
}
