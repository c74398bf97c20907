using FsCheck;
using FsCheck.Fluent;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab.Tests;

/// <summary>The tracker beside a model that remembers every single sequence number.</summary>
public sealed class RetransmitPropertyTests
{
    private static readonly Arbitrary<Step[]> Steps = (
        from offset in Gen.Choose(0, 60)
        from length in Gen.Choose(1, 20)
        from fin in Gen.Choose(0, 9)
        from acknowledged in Gen.Choose(0, 80)
        from acknowledges in Gen.Choose(0, 3)
        select new Step((uint)offset, length, fin == 0, acknowledges == 0 ? (uint)acknowledged : null)).ArrayOf().ToArbitrary();

    private static readonly Arbitrary<uint> Beginnings = Gen.OneOf(Gen.Choose(0, 1000).Select(n => (uint)n),
        Gen.Choose(0, 100).Select(n => uint.MaxValue - (uint)n), Gen.Choose(-50, 50).Select(n => unchecked(0x8000_0000u + (uint)n))).ToArbitrary();

    [Fact]
    public void ASegmentIsARetransmissionWhenItRepeatsASequenceNumberAndOnlyThen() => Prop.ForAll(Beginnings, Steps, (beginning, steps) =>
    {
        var tracker = new Wire();
        var model = new Model(beginning);
        _ = tracker.Client(TcpFlags.Syn, beginning);
        _ = tracker.Server(TcpFlags.Syn | TcpFlags.Ack, 5000, beginning + 1);
        foreach (var step in steps)
        {
            var start = beginning + 1 + step.Offset;
            var flags = TcpFlags.Ack | (step.HasFin ? TcpFlags.Fin : TcpFlags.None);
            if ((tracker.Client(flags, start, 5001, step.Bytes) is not null) != model.Send(start, (uint)step.Bytes + (step.HasFin ? 1u : 0)))
            {
                return false;
            }

            if (step.Acknowledged is { } acknowledged)
            {
                _ = tracker.Server(TcpFlags.Ack, 5001, beginning + 1 + acknowledged);
                model.Acknowledge(acknowledged);
            }
        }

        return true;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void AttemptsOfOneSegmentCountUpAndTimesNeverGoBack() => Prop.ForAll(Gen.Choose(1, 40).ArrayOf().ToArbitrary(), lengths =>
    {
        var wire = new Wire();
        wire.Handshake();
        var at = 1001u;
        foreach (var length in lengths)
        {
            _ = wire.Client(TcpFlags.Ack, at, 5001, length);
            for (var attempt = 1; attempt <= 3; attempt++)
            {
                if (wire.Client(TcpFlags.Ack, at, 5001, length) is not { } again || again.Attempt != attempt || again.SincePrevious.Value <= 0
                    || again.SinceFirst < again.SincePrevious)
                {
                    return false;
                }
            }

            at += (uint)length;
        }

        return true;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void AnySegmentsInAnyOrderAreTaken() => Prop.ForAll(
        (from fromServer in Gen.Choose(0, 1)
         from flags in Gen.Choose(0, 31)
         from sequence in Gen.Choose(0, 40)
         from acknowledgement in Gen.Choose(0, 40)
         from bytes in Gen.Choose(0, 5)
         from port in Gen.Choose(1, 3)
         select Wire.Segment(fromServer == 1, (TcpFlags)flags, (uint)sequence - 20, (uint)acknowledgement - 20, bytes, port)).ArrayOf().ToArbitrary(),
        segments =>
        {
            var tracker = new RetransmitTracker(PortRange.One(Wire.ServerPort));
            for (var i = 0; i < segments.Length; i++)
            {
                if (tracker.See(new LoadLab.Model.Nanoseconds(i), segments[i]) is { Attempt: < 1 })
                {
                    return false;
                }
            }

            return tracker.Flows <= 3;
        }).QuickCheckThrowOnFailure();

    private sealed record Step(uint Offset, int Bytes, bool HasFin, uint? Acknowledged);

    private sealed class Model(uint beginning)
    {
        private readonly HashSet<uint> sent = [];
        private uint end;

        public bool Send(uint start, uint length)
        {
            var repeats = false;
            for (var i = 0u; i < length; i++)
            {
                repeats |= !sent.Add(start + i);
            }

            end = Math.Max(end, start - beginning - 1 + length);
            return repeats;
        }

        // What is acknowledged was sent, whether or not it was seen; what lies beyond all that was sent cannot be acknowledged.
        public void Acknowledge(uint upTo)
        {
            for (var i = 0u; upTo <= end && i < upTo; i++)
            {
                _ = sent.Add(beginning + 1 + i);
            }
        }
    }
}
