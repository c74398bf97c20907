using BenchmarkDotNet.Attributes;
using LoadLab.Model;
using LoadLab.Swarm;

namespace LoadLab.Benchmarks;

/// <summary>What a client does for each connect beside its system calls.</summary>
public class RecordingBenchmarks
{
    private const int First = 25_000;
    private readonly ConnectRecorder recorder = new(0, _ => { });
    private readonly LatencyHistogram histogram = new();
    private readonly Pacer rate = new(new SwarmSpec { Shape = LoadShape.Rate, Connections = 0, Rate = new Rate(40_000), For = Nanoseconds.FromSeconds(3600) });
    private readonly Pacer ramp = new(new SwarmSpec { Shape = LoadShape.Ramp, Connections = 0, Rate = new Rate(100), To = new Rate(40_000),
        For = Nanoseconds.FromSeconds(3600) });
    private long index;

    /// <summary>The first connects of a run are written, what follows is kept in a ring.</summary>
    [GlobalSetup]
    public void Fill()
    {
        for (var i = 0; i < First; i++)
        {
            Record();
        }
    }

    [Benchmark(Description = "record a connect")]
    public void Record() => recorder.Add(new ConnectRecord(0, index++, index, index, index, ConnectOutcome.Established, Errno.None));

    [Benchmark(Description = "count a latency")]
    public void Count() => histogram.Add(new Nanoseconds(50_000 + (index++ & 0xFFFF)));

    [Benchmark(Description = "moment of a connect, constant rate")]
    public Nanoseconds? Rate() => rate.IntendedStart(index++ & 0xFFFF);

    [Benchmark(Description = "moment of a connect, ramp")]
    public Nanoseconds? Ramp() => ramp.IntendedStart(index++ & 0xFFFF);
}
