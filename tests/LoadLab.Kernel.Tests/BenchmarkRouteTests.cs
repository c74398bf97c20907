using System.Runtime.InteropServices;
using Xunit;

namespace LoadLab.Kernel.Tests;

/// <summary>Which of the kernel's routes keep packets to 198.18.0.0/15 in a network of this machine.</summary>
public sealed class BenchmarkRouteTests
{
    private const byte Unicast = 1;
    private const byte Local = 2;
    private const byte Blackhole = 6;
    private const ushort Destination = 1;
    private const ushort Interface = 4;
    private const ushort Gateway = 5;
    private const ushort Multipath = 9;
    private const ushort Via = 18;

    [Theory]
    [InlineData(24, Unicast)]
    [InlineData(15, Unicast)]
    [InlineData(32, Local)]
    public void ANetworkWithinTheRangeIsDirect(byte prefix, byte type) => Assert.True(BenchmarkRoute.IsDirect(Answer(type, prefix, Destination, Interface)));

    [Theory]
    [InlineData(0, Unicast)]
    [InlineData(14, Unicast)]
    [InlineData(24, Blackhole)]
    public void ARouteOfMoreThanTheRangeIsNot(byte prefix, byte type) => Assert.False(BenchmarkRoute.IsDirect(Answer(type, prefix, Destination, Interface)));

    [Theory]
    [InlineData(Gateway)]
    [InlineData(Via)]
    [InlineData(Multipath)]
    public void AGatewayIsNot(int attribute) => Assert.False(BenchmarkRoute.IsDirect(Answer(Unicast, 24, Destination, Interface, (ushort)attribute)));

    [Fact]
    public void WhatTheKernelDoesNotTellIsNot()
    {
        Assert.False(BenchmarkRoute.IsDirect(Answer(Unicast, 24, Destination)));
        Assert.False(BenchmarkRoute.IsDirect(ReadOnlySpan<byte>.Empty));
        Assert.False(BenchmarkRoute.IsDirect(Answer(Unicast, 24, Destination, Interface).AsSpan(0, 30)));
        var error = Answer(Unicast, 24, Destination, Interface);
        error[4] = 2;
        Assert.False(BenchmarkRoute.IsDirect(error));
    }

    // nlmsghdr (16 bytes), rtmsg (12 bytes), attributes of 8 bytes.
    private static byte[] Answer(byte type, byte prefix, params ushort[] attributes)
    {
        var answer = new byte[28 + (8 * attributes.Length)];
        MemoryMarshal.Write(answer, answer.Length);
        answer[4] = 24;
        (answer[16], answer[17], answer[23]) = (2, prefix, type);
        for (var at = 0; at < attributes.Length; at++)
        {
            MemoryMarshal.Write(answer.AsSpan(28 + (8 * at)), (ushort)8);
            MemoryMarshal.Write(answer.AsSpan(30 + (8 * at)), attributes[at]);
        }

        return answer;
    }
}
