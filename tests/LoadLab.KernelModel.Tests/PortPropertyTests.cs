using LoadLab.Model;

namespace LoadLab.KernelModel.Tests;

/// <summary>What holds for any sequence of connects and ends: no 4-tuple twice, counts balance, no more ports and buckets than there are.</summary>
public class PortPropertyTests
{
    [Fact]
    public void RandomRunsKeepTheInvariants()
    {
        for (var seed = 1; seed <= 300; seed++)
        {
            var failure = PortInvariants.Check(seed, given => new PortCaseModel(given));
            Assert.True(failure is null, $"seed {seed}: {failure}");
        }
    }
}

/// <summary>The invariants, as a check that the mutants of the model have to fail.</summary>
internal static class PortInvariants
{
    /// <summary>The first invariant that a random run breaks; null when it keeps all.</summary>
    public static string? Check(int seed, Func<GivenPorts, PortCaseModel> model)
    {
        var random = new Random(seed);
        var (low, size, buckets) = (40000, 1 + random.Next(40), random.Next(3) == 0 ? random.Next(10) : 8192);
        var given = new GivenPorts($"{low} {low + size - 1}", random.Next(3) / 2.0,
            more: [("tcp_max_tw_buckets", $"{buckets}"), ("ip_autobind_reuse", $"{random.Next(2)}")]);
        var run = model(given);
        run.Listen(GivenPorts.Loopback, 9000, isReusable: true);
        var (ended, refused) = (0L, 0L);
        for (var step = 0; step < 60; step++)
        {
            if (random.Next(2) == 0)
            {
                string[] modes = ["any", "noport", "first", "planned"];
                var mode = modes[random.Next(4)];
                var count = 1 + random.Next(20);
                var before = given.Open.Count;
                var (ok, notAvailable, inUse) = run.Load(count, mode, GivenPorts.Loopback + (uint)random.Next(3), mode == "planned" ? low + random.Next(size)
                    : 0, null, random.Next(2) == 0);
                refused += notAvailable + inUse;
                if (ok + notAvailable + inUse != count || given.Open.Count != before + ok)
                {
                    return "connects do not balance";
                }
            }
            else
            {
                ended += Math.Min(given.Open.Count, 5);
                _ = run.End(5, (PortEnd)random.Next(4)).Count();
                given.Wait(random.Next(4) == 0 ? 61 : 0.4);
            }

            var waiting = given.Table.Waiting;
            var tuples = given.Open.Select(lease => (lease.Source, lease.Destination)).ToList();
            if (tuples.Distinct().Count() != tuples.Count)
            {
                return "a 4-tuple is in use twice";
            }

            if (waiting.OfClients + waiting.OfServers + waiting.FinWait2 > buckets || waiting.OfClients < 0 || waiting.OfServers < 0 || waiting.FinWait2 < 0)
            {
                return $"{waiting.OfClients} + {waiting.OfServers} + {waiting.FinWait2} of {buckets} buckets";
            }

            if (waiting.OfClients + waiting.OfServers + waiting.FinWait2 + waiting.Overflows > ended)
            {
                return "more ends wait than have ended";
            }

            foreach (var source in given.Open.Where(lease => !lease.IsBound).GroupBy(lease => (lease.Source.Address, lease.Destination)))
            {
                if (source.Count() > size || source.Any(lease => lease.Source.Port < low || lease.Source.Port >= low + size))
                {
                    return "a port outside of the range";
                }
            }
        }

        return null;
    }
}
