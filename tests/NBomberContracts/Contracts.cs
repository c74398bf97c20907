// Stand-ins for the types of NBomber that src/LoadLab.NBomber uses, with the signatures of 4.1, 5.8 (NBOMBER_5_8) and 6 (NBOMBER_6): NBomber's own package is
// not on every feed, and the
// branches for its versions are to be compiled nevertheless. Nothing here paces or reports anything.
#pragma warning disable CS1591, SA1402, SA1649, CA1040, CA1716, CA1724, CA1819
using System.Data;
using System.Linq.Expressions;
using Microsoft.Extensions.Configuration;
using NBomber.Contracts.Stats;

namespace NBomber.Contracts
{
    public interface IResponse
    {
        string StatusCode { get; }

        bool IsError { get; }

        string Message { get; }
    }

    public interface IBaseContext;

    public interface IScenarioContext
    {
        void StopCurrentTest(string reason);
    }

    public sealed record SessionStartInfo;

    public sealed record ScenarioProps(string ScenarioName, Func<IScenarioContext, Task<IResponse>> Run);

    public sealed record LoadSimulation;

#if NBOMBER_6
    public sealed record Threshold(Expression<Func<ScenarioStats, bool>> CheckScenario, int? AbortWhenErrorCount, TimeSpan? StartCheckAfter)
    {
        public static Threshold Create(
            Expression<Func<ScenarioStats, bool>> checkScenario, int? abortWhenErrorCount = null, TimeSpan? startCheckAfter = null) =>
                new(checkScenario, abortWhenErrorCount, startCheckAfter);
    }
#elif NBOMBER_5_8
    public sealed record Threshold(Func<ScenarioStats, bool> CheckScenario, int? AbortWhenErrorCount, TimeSpan? StartCheckAfter)
    {
        public static Threshold Create(Func<ScenarioStats, bool> checkScenario, int? abortWhenErrorCount = null, TimeSpan? startCheckAfter = null) =>
            new(checkScenario, abortWhenErrorCount, startCheckAfter);
    }
#endif

    public interface IReportingSink : IDisposable
    {
        string SinkName { get; }

        Task Init(IBaseContext context, IConfiguration infraConfig);

#if NBOMBER_5_8
        Task Start(SessionStartInfo sessionInfo);
#else
        Task Start();
#endif

        Task SaveRealtimeStats(ScenarioStats[] stats);

#if NBOMBER_6
        Task SaveRealtimeMetrics(MetricStats stats);
#endif

        Task SaveFinalStats(NodeStats stats);

        Task Stop();
    }

    public interface IWorkerPlugin : IDisposable
    {
        string PluginName { get; }

        Task Init(IBaseContext context, IConfiguration infraConfig);

#if NBOMBER_5_8
        Task Start(SessionStartInfo sessionInfo);
#else
        Task Start();
#endif

#if NBOMBER_6
        Task<PluginData> GetData(NodeStats stats);
#else
        Task<DataSet> GetStats(NodeStats stats);

        string[] GetHints();
#endif

        Task Stop();
    }
}

namespace NBomber.Contracts.Stats
{
    public sealed record StatusCodeStats(string StatusCode, bool IsError, string Message, int Count);

    public sealed record RequestStats(int Count, double RPS);

    public sealed record LatencyStats(double MinMs, double MaxMs, double Percent50, double Percent75, double Percent95, double Percent99);

    public sealed record MeasurementStats(RequestStats Request, LatencyStats Latency, StatusCodeStats[] StatusCodes);

    public sealed record ScenarioStats(string ScenarioName, MeasurementStats Ok, MeasurementStats Fail);

    public sealed record NodeStats(ScenarioStats[] ScenarioStats);

    public sealed record MetricStats;

    public sealed record PluginDataTable(string TableName, List<Dictionary<string, object>> Rows)
    {
        public static PluginDataTable Create(string tableName) => new(tableName, []);
    }

    public sealed record PluginData(string PluginName, List<PluginDataTable> Tables, List<string> Hints)
    {
        public static PluginData Create(string pluginName) => new(pluginName, [], []);
    }
}

namespace NBomber.CSharp
{
    using NBomber.Contracts;

    public sealed record Response<T>(string StatusCode, bool IsError, string Message) : IResponse;

    public static class Response
    {
        public static Response<object> Ok(string statusCode = "", long sizeBytes = 0, string message = "", double customLatencyMs = 0) =>
            new(statusCode, false, message);

        public static Response<object> Fail(string statusCode = "", string message = "", long sizeBytes = 0, double customLatencyMs = 0) =>
            new(statusCode, true, message);
    }

    public static class Scenario
    {
        public static ScenarioProps Create(string name, Func<IScenarioContext, Task<IResponse>> run) => new(name, run);

        public static ScenarioProps WithoutWarmUp(this ScenarioProps scenario) => scenario;

        public static ScenarioProps WithMaxFailCount(this ScenarioProps scenario, int maxFailCount) =>
            scenario with { ScenarioName = maxFailCount > 0 ? scenario.ScenarioName : "" };

        public static ScenarioProps WithLoadSimulations(this ScenarioProps scenario, params LoadSimulation[] loadSimulations) =>
            loadSimulations.Length > 0 ? scenario : throw new ArgumentException("no simulation", nameof(loadSimulations));

#if NBOMBER_5_8
        public static ScenarioProps WithThresholds(this ScenarioProps scenario, params Threshold[] thresholds) =>
            thresholds.Length > 0 ? scenario : throw new ArgumentException("no threshold", nameof(thresholds));
#endif
    }

    public static class Simulation
    {
        public static LoadSimulation Inject(int rate, TimeSpan interval, TimeSpan during) =>
            rate > 0 && interval > TimeSpan.Zero && during >= interval ? new() : throw new ArgumentException("no load", nameof(rate));
    }
}
