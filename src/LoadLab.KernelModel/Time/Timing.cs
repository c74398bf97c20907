using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>One draw of all that has no rule: where the timer wheel stands, how long phases, calls and wake-ups take.</summary>
/// <remarks>The model runs once for each draw; a prediction is the range of what came out.</remarks>
/// <param name="WheelPhase">The tick that the wheel has reached when the run begins, modulo the longest slot: it decides which timers fire together.</param>
/// <param name="PhaseSlack">How much longer each phase takes: commands to the roles, the last look of every witness.</param>
/// <param name="AcceptDelay">How long after a connection is queued accept() takes it: the server's thread is woken.</param>
/// <param name="CallTime">How long one call of a burst takes, so that its packets are this far apart.</param>
/// <param name="Choice">0…1: which way a question goes that the kernel leaves open (a random start of a search, who of two processors is first).</param>
public sealed record Timing(long WheelPhase, Nanoseconds PhaseSlack, Nanoseconds AcceptDelay, Nanoseconds CallTime, double Choice)
{
    private const int LongestSlot = 512;
    private const int FirstFurtherSeed = 100;
    private static readonly Nanoseconds Quick = new(2_000);

    /// <summary>True: SYNs that timers of one slot send are all looked at before the first final ACK, as one processor does it; false: each handshake ends
    /// before the next SYN, as several may.</summary>
    public bool TakesSlotTogether { get; init; } = true;

    /// <summary>True: another processor runs the server's thread while timers of one slot send their SYNs, so that accept() takes what is queued between two of
    /// them.</summary>
    public bool AcceptsMeanwhile => !TakesSlotTogether && AcceptDelay == Nanoseconds.Zero;

    /// <summary>How long the first wake-up of the server's thread takes, where that is not <see cref="AcceptDelay"/>.</summary>
    public Nanoseconds? FirstAcceptDelay { get; init; }

    /// <summary>
    /// Null: a burst's connects come one after the other. A number: several threads or workers connect at once on as many processors, and the kernel looks at
    /// all of their SYNs before the first final ACK;
    /// so many connects come alone at first, beyond those that a queue takes.
    /// </summary>
    public int? RaceBegins { get; init; }

    /// <summary>True: the final ACKs of connects that are under way at once are looked at together as well, so that a queue's last place is given to all of
    /// them.</summary>
    /// <remarks>net/ipv4/tcp_ipv4.c tcp_v4_syn_recv_sock asks whether the queue is full without a lock. Seen on 6.18 with two processors: 2 of a queue of 1, in
    /// 1 of some 300 runs.</remarks>
    public bool RaceEndsTogether { get; init; }

    /// <summary>True: of connects that are under way at once the last one's SYN-ACK is answered first.</summary>
    /// <remarks>Seen on 6.18 at backlog 0 with two threads: the second client, answered by a cookie, took the place, and the first one's request stayed
    /// half-open.</remarks>
    public bool RaceAnswersReversed { get; init; }

    /// <summary>
    /// Of a burst that was seen, on one processor: so many connects come alone at first, then a late softirq looks at so many SYNs together before the first
    /// final ACK; null: it is never late.
    /// </summary>
    /// <remarks>Seen on User-Mode Linux: 19 of 20 clients established at backlog 4. Kernel: kernel/softirq.c invoke_softirq, wakeup_softirqd.</remarks>
    public (int Alone, int Together)? LateSoftirq { get; init; }

    /// <summary>How much of the wheel's tick has gone when the run begins, 0 to 1.</summary>
    public double TickShare { get; init; }

    /// <summary>By how much of a tick the softirq that runs its timers is late, 0 to 1.</summary>
    public double TickLate { get; init; }

    /// <summary>How long one accept() of several that are queued takes, so that more may be queued meanwhile; 0: one wake-up takes all at one moment.</summary>
    public Nanoseconds AcceptTime { get; init; }

    /// <summary><see cref="Choice"/> of the server's own ports; null: the same.</summary>
    public double? ServerChoice { get; init; }

    /// <summary>True: a RST ends the client's TIME-WAIT wherever one may (RFC 1337).</summary>
    public bool EndsTimeWait { get; init; }

    /// <summary>The number of the draw: what is random in it, such as the hash of SO_REUSEPORT.</summary>
    public int Seed { get; init; }

    /// <summary>Everything at once and on time.</summary>
    public static Timing Prompt { get; } = new(0, Nanoseconds.Zero, Nanoseconds.Zero, Quick, 0);

    /// <summary>The draws of a plan.</summary>
    public static ImmutableArray<Timing> Draws { get; } = DrawsOf(RunConditions.Planned);

    /// <summary>Prompt and slow machines, with the wheel at different places, and slots taken together and one by one.</summary>
    /// <remarks>A slot of the wheel's second level has 8 ticks, of its third 64: phases of both are among the draws.</remarks>
    /// <param name="most">What a slow machine takes.</param>
    public static ImmutableArray<Timing> DrawsOf(RunConditions most)
    {
        var (slack, delay, slow) = most;
        return
        [
            Prompt,
            new(7, slack, delay, slow, 1) { Seed = 1, EndsTimeWait = true },
            new(127, Nanoseconds.Zero, delay, Quick, 0) { Seed = 2, RaceBegins = 0 },
            new(256, slack, Nanoseconds.Zero, slow, 1) { Seed = 3 },
            new(35, slack, Nanoseconds.Zero, Quick, 0) { Seed = 4, TakesSlotTogether = false },
            new(60, Nanoseconds.Zero, delay, slow, 1) { Seed = 5, EndsTimeWait = true, TakesSlotTogether = false, RaceBegins = 1, RaceEndsTogether = true },
            new(466, slack, delay, Quick, 0) { Seed = 6, TakesSlotTogether = false },
            new(329, Nanoseconds.Zero, Nanoseconds.Zero, slow, 1) { Seed = 7, TakesSlotTogether = false, RaceBegins = 1, RaceAnswersReversed = true },
            new(200, Nanoseconds.Zero, Nanoseconds.Zero, Quick, 0) { Seed = 8, TakesSlotTogether = false, FirstAcceptDelay = delay },
        ];
    }

    /// <summary>Further draws, for a replay: there each question is drawn by itself, where a plan's few draws tie some to others.</summary>
    /// <remarks>The same ones each time.</remarks>
    /// <param name="most">What a slow machine takes.</param>
    /// <param name="count">How many.</param>
    public static ImmutableArray<Timing> FurtherDraws(RunConditions most, int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(i => Further(random, most, i))];
    }

    private static Timing Further(Random random, RunConditions most, int index)
    {
        return new Timing(random.Next(LongestSlot), UpTo(random, most.Phase), UpTo(random, most.Accept), Between(random, Quick, most.Connect), Way(random))
        {
            Seed = FirstFurtherSeed + index,
            TickShare = random.NextDouble(),
            TickLate = random.NextDouble(),
            TakesSlotTogether = random.Next(2) == 0,
            FirstAcceptDelay = random.Next(2) == 0 ? null : UpTo(random, most.Accept),
            AcceptTime = random.Next(2) == 0 ? Nanoseconds.Zero : Between(random, Quick, most.Connect),
            RaceBegins = random.Next(3) switch { 0 => null, 1 => 0, _ => 1 },
            RaceEndsTogether = random.Next(2) == 0,
            EndsTimeWait = random.Next(2) == 0,
            ServerChoice = Way(random),
            RaceAnswersReversed = random.Next(2) == 0,
            LateSoftirq = random.Next(3) == 0 ? null : ((int)Math.Pow(2, random.NextDouble() * 8) - 1, (int)Math.Pow(2, 1 + (random.NextDouble() * 10))),
        };
    }

    private static double Way(Random random) => random.Next(3) switch { 0 => 0, 1 => 1, _ => random.NextDouble() };

    // Nothing, or as likely of each order of magnitude: a thread is woken in microseconds or, when its processor is taken, in milliseconds.
    private static Nanoseconds UpTo(Random random, Nanoseconds most) => random.Next(3) == 0 ? Nanoseconds.Zero : Between(random, Quick, most);

    private static Nanoseconds Between(Random random, Nanoseconds least, Nanoseconds most) =>
        most <= least ? most : new((long)(least.Value * Math.Pow((double)most.Value / least.Value, random.NextDouble())));
}
