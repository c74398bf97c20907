using FsCheck;
using FsCheck.Fluent;
using LoadLab.Model;

namespace LoadLab.Peer.Tests;

public sealed class FlowTableTests
{
    [Fact]
    public void EachFlowHasAnAddressAndPortThatNoOtherHasAndIsFoundByThem() =>
        Prop.ForAll(Arb.From(Gen.Choose(1, 300)), Arb.From(Gen.Choose(1, 2000)), (addresses, flows) =>
        {
            var table = new FlowTable(new AddressRange(0xC6120001, 0xC6120000 + (uint)addresses));
            var ends = Enumerable.Range(0, flows).Select(_ => table.Begin(0x7F000001, 80)).Select(flow => (Flow: flow, Syn: flow.Syn(true, 0))).ToList();
            return ends.Select(end => (end.Syn.Source, end.Syn.SourcePort)).Distinct().Count() == flows
                && ends.TrueForAll(end => ReferenceEquals(table.Find(end.Syn.Source, end.Syn.SourcePort), end.Flow));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void SourcesAreUsedInTurn()
    {
        var table = new FlowTable(new AddressRange(0xC6120001, 0xC6120003));
        Assert.Equal([0xC6120001u, 0xC6120002, 0xC6120003, 0xC6120001], Enumerable.Range(0, 4).Select(_ => (uint)table.Begin(1, 1).Syn(true, 0).Source));
    }

    [Theory]
    [InlineData(0xC6120000u, 1024)]
    [InlineData(0xC6120002u, 1024)]
    [InlineData(0xC6120001u, 1023)]
    [InlineData(0xC6120001u, 1025)]
    [InlineData(0x7F000001u, 1024)]
    public void WhatIsNobodysIsNotFound(uint address, int port)
    {
        var table = new FlowTable(new AddressRange(0xC6120001, 0xC6120001));
        _ = table.Begin(1, 1);
        Assert.Null(table.Find(TcpSegment.Mapped(address), port));
    }

    [Fact]
    public void InitialSequenceNumbersGoAcrossTheWrapToo()
    {
        var table = new FlowTable(AddressRange.Benchmark);
        Assert.Contains(Enumerable.Range(0, 100).Select(_ => table.Begin(1, 1).Syn(true, 0).Sequence), sequence => sequence > 0xFFFF_0000);
    }
}
