using System.Collections.Immutable;
using LoadLab.Judging.Diagnoses;
using LoadLab.Model;

namespace LoadLab.Judging.Tests.Diagnoses;

/// <summary>Each row's condition: facts in which it is true, and a near miss in which it must stay silent.</summary>
public sealed class DiagnosisConditionTests
{
    private const string Loopback = "127.0.0.1";
    private static readonly AcceptFacts Accepting = new(100, 0, null, 0, null);

    private static readonly ImmutableSortedDictionary<string, (Facts Hit, Facts Miss)> Cases = new Dictionary<string, (Facts Hit, Facts Miss)>
    {
        ["syn-accept-queue-full"] = (Run(new DropWitnesses { SkDrops = 5 }, ("TcpExt.ListenOverflows", 5), ("TcpExt.ListenDrops", 5)),
            Run(new DropWitnesses { SkDrops = 10 }, ("TcpExt.ListenOverflows", 5), ("TcpExt.ListenDrops", 5))),
        ["final-ack-accept-queue-full"] = (Run(new DropWitnesses { SkDrops = 10 }, ("TcpExt.ListenOverflows", 5), ("TcpExt.ListenDrops", 5)),
            Run(new DropWitnesses { SkDrops = 10 }, ("TcpExt.ListenOverflows", 5), ("TcpExt.ListenDrops", 5), ("TcpExt.EmbryonicRsts", 5))),
        ["final-ack-reset"] = (Run(new DropWitnesses { SkDrops = 4, Aborts = true }, ("TcpExt.ListenOverflows", 2), ("TcpExt.ListenDrops", 2),
            ("TcpExt.EmbryonicRsts", 2)), Run(new DropWitnesses { SkDrops = 6 }, ("TcpExt.ListenOverflows", 2), ("TcpExt.ListenDrops",
                2), ("TcpExt.EmbryonicRsts", 2))),
        ["cookie-ack-accept-queue-full"] = (Cookies(30, unanswered: 0), Cookies(30, unanswered: 30)),
        ["accept-queue-full"] = (Run(new DropWitnesses(), ("TcpExt.ListenOverflows", 5), ("TcpExt.ListenDrops", 5)),
            Run(new DropWitnesses(), ("TcpExt.ListenDrops", 5))),
        ["syn-syn-queue-full"] = (Run(new DropWitnesses(), ("TcpExt.TCPReqQFullDrop", 5), ("TcpExt.ListenDrops", 5)),
            Run(new DropWitnesses(), ("TcpExt.TCPReqQFullDoCookies", 5), ("TcpExt.ListenDrops", 0))),
        ["syn-last-quarter"] = (Run(new DropWitnesses { CookiesOff = true }, ("TcpExt.ListenDrops", 5)),
            Run(new DropWitnesses { CookiesOff = true }, ("TcpExt.TCPReqQFullDrop", 5), ("TcpExt.ListenDrops", 5))),
        ["listen-drop-unnamed"] = (Run(new DropWitnesses(), ("TcpExt.ListenDrops", 5)),
            Run(new DropWitnesses { CookiesOff = true }, ("TcpExt.ListenDrops", 5))),
        ["syn-cookies-sent"] = (Cookies(0, unanswered: 0) with { Drops = DropFacts.Of(Counters(("TcpExt.SyncookiesSent", 5), ("TcpExt.ListenDrops", 0)),
            new DropWitnesses()) }, Cookies(0, unanswered: 0)),
        ["syn-cookies-always"] = (Cookies(0, unanswered: 0), Run(new DropWitnesses(), ("TcpExt.SyncookiesSent", 5), ("TcpExt.ListenDrops", 0))),
        ["softnet-backlog-full"] = (Run(new DropWitnesses(), ("Softnet.Dropped", 5), ("TcpExt.ListenDrops", 0)),
            Run(new DropWitnesses(), ("Softnet.Dropped", 0), ("TcpExt.ListenDrops", 5))),
        ["syn-vanished"] = (new Facts { Clients = new ClientFacts(false, 50) }, new Facts { Clients = new ClientFacts(false, null) }),
        ["syn-met-old-connection"] = (
            Run(new DropWitnesses(), ("TcpExt.TCPSYNChallenge", 3), ("TcpExt.TCPSynRetrans", 3)) with { Clients = new ClientFacts(false, null) },
            Run(new DropWitnesses(), ("TcpExt.TCPSYNChallenge", 3), ("TcpExt.TCPSynRetrans", 0)) with { Clients = new ClientFacts(false, null) }),
        ["half-open-reset"] = (Run(new DropWitnesses(), ("TcpExt.ListenDrops", 0),
            ("TcpExt.EmbryonicRsts", 20)) with { Listeners = [Listener(0) with { Drops = 20 }] }, Run(
                new DropWitnesses(), ("TcpExt.ListenDrops", 20), ("TcpExt.EmbryonicRsts", 20)) with { Listeners = [Listener(0) with { Drops = 20 }] }),
        ["deferred-ack"] = (Run(new DropWitnesses(), ("TcpExt.ListenDrops", 0),
            ("TcpExt.TCPDeferAcceptDrop", 20)) with { Listeners = [Listener(0) with { Drops = 20 }] }, Run(
                new DropWitnesses(), ("TcpExt.ListenDrops", 20)) with { Listeners = [Listener(0) with { Drops = 20 }] }),
        ["listener-closed"] = (Run(new DropWitnesses(), ("Tcp.EstabResets", 70)) with { Accept = Accepting with { ClosedWith = 35 } },
            Run(new DropWitnesses(), ("TcpExt.TCPMigrateReqSuccess", 35)) with { Accept = Accepting with { ClosedWith = 35 } }),
        ["accept-loop-lost"] = (Stopped(5) with { Processes = [Process(10, 100) with { WasFull = true }] }, Stopped(5) with { Processes = [Process(0, 100)] }),
        ["reuseport-listener-stuck"] = (Group(Listener(9, taken: false), Listener(0, taken: true)), Group(Listener(9, taken: true), Listener(0, taken: true))),
        ["reuseport-uneven"] = (Group(Listener(9), Listener(9)) with { Accept = Accepting with { RoomAtFirstDrop = 4 } },
            Group(Listener(9), Listener(9)) with { Accept = Accepting with { RoomAtFirstDrop = 0 } }),
        ["accept-never"] = (Stopped(9, accepted: 0) with { Listeners = [Listener(9)] }, Stopped(5, accepted: 0) with { Listeners = [Listener(5)] }),
        ["accept-stopped"] = (Stopped(5, accepted: 10),
            Stopped(5, accepted: 10) with { Accept = new AcceptFacts(10, 5, Nanoseconds.FromMilliseconds(90), 0, null) }),
        ["closed-clients-queued"] = (new Facts { Listeners = [Listener(5) with { QueuedClosed = 3 }] },
            new Facts { Listeners = [Listener(5)], CloseWaits = [new Counted("the server", 3)] }),
        ["backlog-clamped"] = (new Facts { Listeners = [Listener(9) with { Asked = 128 }] },
            new Facts { Listeners = [Listener(9) with { Asked = 8 }], Sysctl = _ => "8" }),
        ["backlog-own"] = (new Facts { Listeners = [Listener(0) with { Peak = 9 }], Sysctl = _ => "4096" },
            new Facts { Listeners = [Listener(0) with { Peak = 9 }], Sysctl = _ => "8" }),
        ["accept-queue-filled"] = (new Facts { Listeners = [Listener(9)] },
            Run(new DropWitnesses { SkDrops = 1 }, ("TcpExt.ListenOverflows", 1), ("TcpExt.ListenDrops", 1)) with { Listeners = [Listener(9)] }),
        ["accept-queue-nearly-full"] = (new Facts { Listeners = [Listener(19, backlog: 19)] }, new Facts { Listeners = [Listener(17, backlog: 19)] }),
        ["syn-queue-near"] = (new Facts { Listeners = [Listener(0) with { HalfOpen = 8 }] },
            Group([.. Enumerable.Repeat(Listener(0) with { HalfOpen = 20 }, 4)]) with { Accept = null }),
        ["listener-drops"] = (Machine(("TcpExt.ListenDrops", 20)) with { Listeners = [Listener(0) with { Drops = 20 }] },
            Machine(("TcpExt.ListenDrops", 0), ("TcpExt.EmbryonicRsts", 20)) with { Listeners = [Listener(0) with { Drops = 20 }] }),
        ["fd-limit-server"] = (new Facts { Accept = Accepting, Processes = [Process(0, 27)] },
            new Facts { Accept = Accepting, Processes = [Process(1, 27)], Failures = [Failed(Role.Swarm, "socket", Errno.EMFILE)] }),
        ["fd-limit-clients"] = (new Facts { Failures = [Failed(Role.Swarm, "socket", Errno.EMFILE)] },
            new Facts { Failures = [Failed(Role.Server, "accept4", Errno.EMFILE)] }),
        ["fd-limit-reached"] = (new Facts { Processes = [Process(0, 64)] }, new Facts { Processes = [Process(1, 64)] }),
        ["fd-limit-near"] = (new Facts { Processes = [Process(3, 64)] }, new Facts { Processes = [Process(8, 64)] }),
        ["close-wait-pile"] = (new Facts { CloseWaits = [new Counted("", 10)] }, new Facts { CloseWaits = [new Counted("", 9)] }),
        ["file-table-full"] = (new Facts { Failures = [Failed(Role.Swarm, "socket", Errno.ENFILE)] },
            new Facts { Failures = [Failed(Role.Swarm, "socket", Errno.EMFILE)] }),
        ["file-table-near"] = Near("file-table-near"),
        ["time-wait-near"] = Near("time-wait-near"),
        ["orphans-near"] = Near("orphans-near"),
        ["tcp-memory-near"] = Near("tcp-memory-near"),
        ["errno-other"] = (new Facts { Failures = [Failed(Role.Swarm, "connect", new Errno(71))] },
            new Facts { Failures = [Failed(Role.Swarm, "connect", Errno.ECONNREFUSED)] }),
        ["bind-found-no-port"] = (new Facts { Clients = new ClientFacts(true, null), Failures = [Failed(Role.Swarm, "bind", Errno.EADDRINUSE)] },
            new Facts { Clients = new ClientFacts(false, null), Failures = [Failed(Role.Swarm, "bind", Errno.EADDRINUSE)] }),
        ["address-in-use"] = (new Facts { Clients = new ClientFacts(false, null), Failures = [Failed(Role.Swarm, "bind", Errno.EADDRINUSE)] },
            new Facts { Clients = new ClientFacts(true, null), Failures = [Failed(Role.Swarm, "bind", Errno.EADDRINUSE)] }),
        ["ports-exhausted"] = (new Facts { Failures = [Failed(Role.Swarm, "connect", Errno.EADDRNOTAVAIL)] },
            new Facts { Failures = [Failed(Role.Swarm, "bind", Errno.EADDRNOTAVAIL)] }),
        ["address-not-here"] = (new Facts { Failures = [Failed(Role.Swarm, "bind", Errno.EADDRNOTAVAIL)] },
            new Facts { Failures = [Failed(Role.Swarm, "connect", Errno.EADDRNOTAVAIL)] }),
        ["ports-near"] = (Ports(190, 0), Ports(190, 190)),
        ["ports-slow-search"] = (Ports(101, 0), Ports(190, 100)),
        ["orphans-reset"] = (Machine(("TcpExt.TCPAbortOnMemory", 12), ("TcpExt.TCPMemoryPressures", 0)),
            Machine(("TcpExt.TCPAbortOnMemory", 12), ("TcpExt.TCPMemoryPressures", 1))),
        ["tcp-memory-reset"] = (Machine(("TcpExt.TCPAbortOnMemory", 12), ("TcpExt.TCPMemoryPressures", 1)),
            Machine(("TcpExt.TCPAbortOnMemory", 12), ("TcpExt.TCPMemoryPressures", 0))),
        ["syn-unanswered"] = Silent(RetransmitKind.Syn),
        ["keepalive-gave-up"] = (new Facts { GivenUpByKeepalive = 5 },
            new Facts { GivenUpByKeepalive = null, Counter = Counters(("TcpExt.TCPKeepAlive", 9), ("TcpExt.TCPAbortOnTimeout", 5),
                ("TcpExt.TCPTimeouts", 20)) }),
        ["data-unacknowledged"] = Silent(RetransmitKind.Data),
        ["fin-unacknowledged"] = Silent(RetransmitKind.Fin),
        ["half-open-waits"] = Silent(RetransmitKind.SynAck),
        ["bad-segments"] = (Machine(("Tcp.InErrs", 3), ("TcpExt.TCPSYNChallenge", 2)), Machine(("Tcp.InErrs", 2), ("TcpExt.TCPSYNChallenge", 2))),
        ["not-seen"] = (new Facts { Unseen = [new Symptom("drops", "Not told.")] }, new Facts { Known = [new Symptom("drops", "Not told.")] }),
        ["worth-knowing"] = (new Facts { Known = [new Symptom("backlog", "Exactly 4.")] }, new Facts { Unseen = [new Symptom("backlog", "Exactly 4.")] }),
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    public static TheoryData<string> Ids => [.. DiagnosisCatalogue.All.Select(row => row.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void ARowSpeaksWhereItsConditionIsTrueAndIsSilentAtANearMiss(string id)
    {
        var (hit, miss) = Of(id);
        Assert.Contains(DiagnosisCatalogue.Of(hit), one => one.Id == id);
        Assert.DoesNotContain(DiagnosisCatalogue.Of(miss), one => one.Id == id);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void ARowSaysNothingOfFactsThatWereNotSeen(string id) => Assert.DoesNotContain(DiagnosisCatalogue.Of(new Facts()), one => one.Id == id);

    [Fact]
    public void AnAcceptThatFailedWithEmfileTellsThatTheServerWasAtItsLimitAlsoWhereNoLookFoundItFull()
    {
        var facts = Stopped(5) with { Processes = [Process(10, 100)], Failures = [Failed(Role.Server, "accept4", Errno.EMFILE)] };
        Assert.Equal(["accept-loop-lost"], DiagnosisCatalogue.Of(facts).Select(one => one.Id)
            .Intersect(["accept-loop-lost", "accept-stopped", "fd-limit-server"]));
        Assert.Contains(DiagnosisCatalogue.Of(facts with { Processes = [Process(0, 100)] }), one => one.Id == "fd-limit-server");
    }

    [Fact]
    public void AListenerWhoseQueueWasNeverSeenHasTakenWhatWasAcceptedWhileTheOtherHasTakenNone()
    {
        var facts = Group(Listener(9, taken: false), Listener(0, taken: false));
        Assert.Contains(DiagnosisCatalogue.Of(facts), one => one.Id == "reuseport-listener-stuck");
        Assert.DoesNotContain(DiagnosisCatalogue.Of(facts with { Accept = Accepting with { Accepted = 0 } }), one => one.Id == "reuseport-listener-stuck");
    }

    [Fact]
    public void EveryErrnoOfEveryCallAndRoleIsTold()
    {
        var failures = from number in Enumerable.Range(1, 133)
                       from role in Enum.GetValues<Role>()
                       from call in new[] { "socket", "bind", "connect", "listen", "accept4", "setsockopt" }
                       select Failed(role, call, new Errno(number));
        Assert.All(failures, failure => Assert.Contains(
            DiagnosisCatalogue.Of(new Facts { Accept = Accepting, Clients = new ClientFacts(false, null), Failures = [failure] }),
            one => one.Happened.Contains(failure.Errno.Name, StringComparison.Ordinal)));
    }

    [Fact]
    public void EveryCaseIsOfARow() => Assert.Empty(Cases.Keys.Except(DiagnosisCatalogue.All.Select(row => row.Id)));

    // Counters and errnos have a row each and one form.
    private static (Facts Hit, Facts Miss) Of(string id)
    {
        if (Cases.TryGetValue(id, out var known))
        {
            return known;
        }

        var row = DiagnosisCatalogue.Find(id)!;
        if (id.StartsWith("errno-", StringComparison.Ordinal) && Errno.TryParse(id["errno-".Length..].ToUpperInvariant(), out var errno))
        {
            return (new Facts { Failures = [Failed(Role.Swarm, "connect", errno)] }, new Facts { Failures = [Failed(Role.Swarm, "connect", new Errno(99))] });
        }

        Assert.True(row.When.EndsWith(" moved.", StringComparison.Ordinal), $"{id} has no case here: add facts in which it is true, and a near miss");
        var counter = row.When[..^" moved.".Length];
        return (Machine((counter, 1)), Machine((counter, 0)));
    }

    private static Func<Counter, ulong?> Counters(params (string Name, ulong Value)[] counters) => counter =>
        Array.Exists(counters, one => one.Name == counter.Name) ? Array.Find(counters, one => one.Name == counter.Name).Value : null;

    private static Facts Machine(params (string Name, ulong Value)[] counters) =>
        new() { Counter = Counters(counters), Drops = DropFacts.Of(Counters(counters), new DropWitnesses()) };

    private static Facts Run(DropWitnesses seen, params (string Name, ulong Value)[] counters) =>
        new() { Accept = Accepting, Counter = Counters(counters), Drops = DropFacts.Of(Counters(counters), seen) };

    private static Facts Cookies(ulong overflows, long unanswered) =>
        Run(new DropWitnesses { SkDrops = overflows, UnansweredSyns = unanswered, SawHalfOpen = false, AlwaysCookies = true }, ("TcpExt.SyncookiesSent", 20),
            ("TcpExt.ListenOverflows", overflows), ("TcpExt.ListenDrops", overflows));

    private static ListenerFacts Listener(long queue, bool? taken = null, long backlog = 8) =>
        new("", queue, queue, backlog, 0, 0, 1, backlog) { WasTaken = taken };

    private static Facts Group(params ListenerFacts[] listeners) =>
        new() { Accept = Accepting, Listeners = [.. listeners.Select(one =>
            one with { Group = listeners.Length, GroupBacklog = listeners.Sum(each => each.LiveBacklog) })] };

    private static Facts Stopped(long queued, long accepted = 10) =>
        new() { Accept = new AcceptFacts(accepted, queued, Nanoseconds.FromSeconds(1), 0, null), Listeners = [Listener(queued)] };

    private static ProcessFacts Process(long free, long soft) => new("", soft - free, free, soft, soft, free == 0);

    private static ErrorFigures Failed(Role role, string call, Errno errno) => new(role, call, errno, 3, 0, 0);

    private static Facts Ports(long held, long waiting) => new()
    {
        Ports = 200,
        Destinations = [new DestinationView(Loopback, $"{Loopback}:9000", held, waiting)],
        Sysctl = name => name == "net.ipv4.tcp_tw_reuse" ? "2" : "1",
    };

    private static (Facts Hit, Facts Miss) Near(string id) => (Using(id, 90), Using(id, 89));

    private static Facts Using(string id, long used) => new() { Usages = ImmutableSortedDictionary<string, Usage?>.Empty.Add(id, new Usage(used, 100)) };

    private static (Facts Hit, Facts Miss) Silent(RetransmitKind kind) =>
        (new Facts { Silences = [new SilenceFacts(kind, 3, [], "none was given up")] },
            new Facts { Silences = [new SilenceFacts(kind, 0, [], "none was given up")] });
}
