using LoadLab.Model;

namespace LoadLab.Reporting.Tests;

/// <summary>A search for the smallest backlog as it is stored.</summary>
internal static class Sized
{
    public static SizingDocument Document { get; } = new()
    {
        Scenario = "accept-queue/longest-pause",
        Target = "accept-queue",
        Kernel = new KernelVersion(6, 18, 0, "6.18.0"),
        Started = DateTimeOffset.UnixEpoch,
        DurationS = 12,
        Command = "loadlab size accept-queue --rate 2000/s --pause 300ms",
        Setting = "server.backlog",
        Low = 0,
        High = 1200,
        Conditions = ["drops == 0"],
        End = SizingEnd.Exact,
        Enough = 599,
        NotEnough = 598,
        Answer = "backlog 599 is enough, 598 is not.",
        Evidence = ["server.backlog=599: drops == 0 held in 5 of 5 runs"],
        Runs = 10,
        Budget = 30,
        Points = [new(598, 0, 5, 1, [1, 1, 1, 1, 1], "drops 1"), new(599, 5, 0, 0, [0, 0, 0, 0, 0], "")],
        Model = [new(598, 1, 1, false), new(599, 0, 0, true)],
        ClosedForm = new("arrivals - 1", 599, "include/net/sock.h sk_acceptq_is_full", true),
        Paste = [new("nginx", ["listen 80 backlog=599;"])],
    };
}
