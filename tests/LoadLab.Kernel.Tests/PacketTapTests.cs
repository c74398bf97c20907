using System.Net;
using System.Net.Sockets;
using LoadLab.Model;

namespace LoadLab.Kernel.Tests;

/// <summary>The tap on real connections over lo.</summary>
public sealed class PacketTapTests
{
    private const int IPPROTO_IPV6 = 41;
    private const int IPV6_DSTOPTS = 59;

    [PacketTapFact]
    public void EachSegmentOfAConnectionIsSeenOnceInItsOrderAndWithoutItsPayload()
    {
        var seen = Exchange(IPAddress.Loopback, _ => { }, out var statistics);
        Assert.Equal([TcpFlags.Syn, TcpFlags.Syn | TcpFlags.Ack, TcpFlags.Ack], seen.Take(3).Select(one => one.Segment.Flags));
        Assert.Equal(10_000, seen.Where(one => one.FromClient).Sum(one => one.Segment.PayloadBytes));
        Assert.Equal(2, seen.Count(one => one.Segment.IsFin));
        Assert.All(seen, one => Assert.InRange(one.CapturedBytes, 54, 134));
        Assert.All(seen, one => Assert.Equal(one.WireBytes, one.CapturedBytes + one.Segment.PayloadBytes));

        // The very last ACK may have been captured between the question and the reading.
        Assert.InRange(statistics.Captured, seen.Count - 1, seen.Count);
        Assert.Equal(0, statistics.Dropped);
    }

    [PacketTapFact]
    public void TimesAreTheWallClocksInNanosecondsAndBecomeTheRunsOwn()
    {
        var before = RunClock.MonotonicNs;
        var seen = Exchange(IPAddress.Loopback, _ => { }, out _);
        var after = RunClock.MonotonicNs;
        var offset = new WallClockOffset();
        Assert.All(seen, one => Assert.InRange(offset.ToMonotonicNs(one.RealtimeNs), before, after));
        Assert.Equal(seen.Select(one => one.RealtimeNs).Order(), seen.Select(one => one.RealtimeNs));
        Assert.Contains(seen, one => one.RealtimeNs % 1000 != 0);
    }

    [PacketTapFact]
    public void ConnectionsOverIpv6AreSeenTooAlsoBehindExtensionHeaders()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "needs IPv6 on lo");
        var plain = Exchange(IPAddress.IPv6Loopback, _ => { }, out _);
        var extended = Exchange(IPAddress.IPv6Loopback, client => client.SetRawSocketOption(IPPROTO_IPV6, IPV6_DSTOPTS, [0, 0, 1, 4, 0, 0, 0, 0]), out _);
        foreach (var seen in new[] { plain, extended })
        {
            Assert.Equal([TcpFlags.Syn, TcpFlags.Syn | TcpFlags.Ack, TcpFlags.Ack], seen.Take(3).Select(one => one.Segment.Flags));
            Assert.Equal(10_000, seen.Where(one => one.FromClient).Sum(one => one.Segment.PayloadBytes));
        }

        Assert.Equal(plain[0].CapturedBytes + 8, extended[0].CapturedBytes);
    }

    [PacketTapFact]
    public void WhatTheRingHasNoRoomForIsCounted()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var tap = PacketTap.Open(PortRange.One(port));
        using var client = new TcpClient();
        client.Connect(IPAddress.Loopback, port);
        using var server = listener.AcceptSocket();
        client.NoDelay = true;
        var bytes = new byte[1];
        var statistics = default(TapStatistics);
        var captured = 0L;

        // Nobody reads the ring; a block takes some 800 segments without payload, and there are 256.
        for (var i = 0; i < 1_000_000 && statistics.Dropped == 0; i++)
        {
            _ = client.Client.Send(bytes);
            _ = server.Receive(bytes);
            if (i % 1000 == 0)
            {
                statistics = tap.Statistics();
                captured += statistics.Captured;
            }
        }

        Assert.True(statistics.Dropped > 0, $"{captured} segments went into {PacketTap.RingBytes} bytes");
        var read = 0L;
        var taken = 0;
        do
        {
            taken = tap.Take(_ => read++);
        }
        while (taken > 0);
        Assert.InRange(read, captured - 2000, captured);
    }

    private static List<Seen> Exchange(IPAddress address, Action<Socket> prepare, out TapStatistics statistics)
    {
        using var listener = new TcpListener(address, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var tap = PacketTap.Open(PortRange.One(port));
        using (var client = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp))
        {
            prepare(client);
            client.Connect(address, port);
            using var server = listener.AcceptSocket();
            _ = client.Send(new byte[10_000]);
            client.Shutdown(SocketShutdown.Send);
            var buffer = new byte[10_000];
            while (server.Receive(buffer) > 0)
            {
            }

            server.Shutdown(SocketShutdown.Both);
            Assert.Equal(0, client.Receive(buffer));
        }

        var seen = new List<Seen>();
        statistics = tap.Statistics();
        while (seen.Count < statistics.Captured)
        {
            tap.Wait(1000);
            _ = tap.Take(packet =>
            {
                Assert.True(TcpSegment.TryParse(packet.Headers, packet.WireBytes, out var segment));
                seen.Add(new Seen(segment, segment.DestinationPort == port, packet.RealtimeNs, packet.Headers.Length, packet.WireBytes));
            });
        }

        return seen;
    }

    private sealed record Seen(TcpSegment Segment, bool FromClient, long RealtimeNs, int CapturedBytes, int WireBytes);
}
