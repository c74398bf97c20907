using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>What may have disturbed a run up to the moment for which a witness is asked: delays, lost looks, packets that the machine dropped. Each says which
/// values it can have changed.</summary>
internal static class Disturbances
{
    // Predictions allow each phase some 50 ms; the shortest timer that is waited for is 200 ms.
    private static readonly Nanoseconds InTime = Nanoseconds.FromMilliseconds(100);
    private static readonly Nanoseconds MostAllowed = Nanoseconds.FromMilliseconds(50);

    // Two ticks of a kernel in user space (HZ=100), beside the time from one look to the next.
    private static readonly Nanoseconds StoodStillFor = Nanoseconds.FromMilliseconds(30);

    /// <summary>By how much the harness was delayed up to the moment for which this witness is asked; null when it was in time.</summary>
    /// <remarks>
    /// A kernel in user space stands still while its host gives it no processor: then its timers are late, and softirqs are left to a thread of their own
    /// (kernel/softirq.c __do_softirq, after two ticks), so that
    /// segments over loopback come in another order than ever in one that runs. So there the sampler's lost ticks count as delay, too.
    /// </remarks>
    public static Nanoseconds? LateBy(this VariantEvidence evidence, WitnessTerm term) => term.First.Argument is SessionLook look
        ? evidence.Final.Sessions.Late(look.Session)
        : evidence.Moments(term).OfType<Sightings>().Select(seen => LateBy(evidence, seen)).Max();

    /// <summary>The longest time for which a role stood still up to the moment for which this witness is asked, where that can have changed what happened; null
    /// when it cannot.</summary>
    /// <param name="evidence">What was seen.</param>
    /// <param name="term">The witness.</param>
    /// <param name="dependsOnTime">
    /// Its value depends on when things happen: then clients that stand still matter as well. A server that accepts matters always, one that never does not. A
    /// look of the sampler that came late changed nothing that happened.
    /// </param>
    public static (Role Role, Nanoseconds Lasted)? StoodStill(this VariantEvidence evidence, WitnessTerm term, bool dependsOnTime) =>
        evidence.Moments(term).OfType<Sightings>()
        .SelectMany(seen => seen.ClockGaps)
        .Where(gap => gap.Key != Role.Conductor && gap.Value > MostAllowed
            && (dependsOnTime || (gap.Key == Role.Server && IsServerActive(evidence.Planned.Declared))))
        .Select(gap => ((Role, Nanoseconds)?)(gap.Key, gap.Value))
        .FirstOrDefault();

    /// <summary>By how much a moment or a duration may be off because roles and samplers stood still on the way to it: the longest gap of each, one after the
    /// other. Zero when none did.</summary>
    public static Nanoseconds GapsTogether(this VariantEvidence evidence, WitnessTerm term) =>
        evidence.Moments(term).OfType<Sightings>().Select(seen => new Nanoseconds(seen.ClockGaps.Values.Sum(gap => gap.Value))).DefaultIfEmpty().Max();

    /// <summary>Packets that the machine dropped before TCP got them, up to the moment for which this witness is asked.</summary>
    public static ulong DroppedBeforeTcp(this VariantEvidence evidence, WitnessTerm term) => term.First.Argument is SessionLook look
        ? evidence.Final.Sessions.Dropped(look.Session)
        : evidence.Moments(term).OfType<Sightings>().Select(seen => seen.Counters.Delta(Counter.SoftnetDropped) ?? 0).DefaultIfEmpty().Max();

    /// <summary>Connections that the tap saw reset after both of their FINs had been acknowledged, up to the moment for which this witness is asked.</summary>
    public static long ResetAfterClose(this VariantEvidence evidence, WitnessTerm term) =>
        evidence.Moments(term).OfType<Sightings>().Select(seen => seen.Packets.ResetsAfterClose).DefaultIfEmpty().Max();

    /// <summary>
    /// True where a late sampler can have missed this peak, so that its value is a bound from below, and that is less than what is predicted.
    /// </summary>
    public static bool MissedItsPeak(this VariantEvidence evidence, WitnessTerm term, Reading reading, PredictedRange predicted) =>
        term.First.Witness.Timing == WitnessTiming.Peak && reading.Value is { } value && value < predicted.Low && evidence.MayBeLate(term);

    /// <summary>True when a late look of the sampler behind it could have changed what a witness says: such a value cannot convict.</summary>
    public static bool MayBeLate(this VariantEvidence evidence, WitnessTerm term) =>
        term.Asked.Any(one => one.Witness is { Timing: not WitnessTiming.Last, Sampler.LateBy: { } source }
        && (source == LossSource.Ticks && !evidence.Planned.Declared.Sampling
            || (evidence.Moment(one) ?? evidence.Final).LateLooks.CouldChange(source, one.Witness.Timing, evidence.AskOne(one).SeenAt)));

    private static bool IsServerActive(Scenario declared) =>
        declared.Actions<AcceptAction>().Select(action => action.Policy).Append(declared.Server.Accept).Any(policy => policy.Kind != AcceptPolicyKind.Never);

    private static Nanoseconds? LateBy(VariantEvidence evidence, Sightings seen) => seen.Late > InTime ? seen.Late
        : SandboxTraits.Of(evidence.Planned.Declared.Sandbox).HasOwnKernel ? seen.LateLooks.Together(LossSource.Ticks, StoodStillFor)
        : null;
}
