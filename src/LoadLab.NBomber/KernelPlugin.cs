using System.Data;
using LoadLab.Lab;
using LoadLab.Model;
using Microsoft.Extensions.Configuration;
using NBomber.Contracts;
using NBomber.Contracts.Stats;

namespace LoadLab.NBomber;

/// <summary>
/// A worker plugin that puts the kernel's counters, the queues of the target's listeners and failures by errno into NBomber's report, and samples
/// them into the run's observations.
/// </summary>
/// <remarks>
/// It sees the network namespace of this process: of a server elsewhere only the clients' part. NBomber calls Start and Stop twice, for warm-up and
/// test; sampling begins with the first and ends with Dispose, and figures are of both.
/// NBomber 6 takes a type of its own in place of tables, and hints with it.
/// </remarks>
public sealed class KernelPlugin(NBomberRun run) : IWorkerPlugin
{
    private const string Name = "LoadLab";
    private readonly KernelTables tables = new();
    private HostSampling? sampling;
    private string? refusal;

    /// <inheritdoc/>
    public string PluginName => Name;

    /// <inheritdoc/>
    public Task Init(IBaseContext context, IConfiguration infraConfig) => Task.CompletedTask;

#if NBOMBER_5_8
    /// <inheritdoc/>
    public Task Start(SessionStartInfo sessionInfo) => Begin();
#else
    /// <inheritdoc/>
    public Task Start() => Begin();
#endif

#if NBOMBER_6
    /// <inheritdoc/>
    public Task<PluginData> GetData(NodeStats stats)
    {
        var data = PluginData.Create(Name);
        foreach (var table in Tables(stats).Tables.Cast<DataTable>())
        {
            var part = PluginDataTable.Create(table.TableName);
            part.Rows.AddRange(table.Rows.Cast<DataRow>()
                .Select(row => table.Columns.Cast<DataColumn>().ToDictionary(column => column.Caption, column => row[column])));
            data.Tables.Add(part);
        }

        data.Hints.AddRange(GetHints());
        return Task.FromResult(data);
    }
#else
    /// <inheritdoc/>
    public Task<DataSet> GetStats(NodeStats stats) => Task.FromResult(Tables(stats));
#endif

    /// <summary>What the tables mean, where they mean trouble.</summary>
    public string[] GetHints()
    {
        var hints = new List<string>();
        if (refusal is not null)
        {
            hints.Add(refusal);
        }

        if (tables.AcceptQueue is { } queue && queue.Peak > queue.Limit)
        {
            hints.Add(
                $"the accept queue was full, {queue.Peak} of {queue.Limit + 1}: the kernel dropped further SYNs without an answer ('loadlab run "
                + $"accept-queue/backlog-overflow' shows it)");
        }

        if (tables.Moved("TcpExt.TCPSynRetrans") is > 0 and var resent)
        {
            hints.Add($"{resent} SYNs or SYN-ACKs were retransmitted: latencies stand at whole seconds, 1, 2, 3 …");
        }

        return [.. hints];
    }

    /// <inheritdoc/>
    public Task Stop() => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        sampling?.Dispose();
        sampling = null;
    }

    private DataSet Tables(NodeStats stats)
    {
        ArgumentNullException.ThrowIfNull(stats);
        sampling?.Look();
        return tables.Tables(Name, stats.ScenarioStats.SelectMany(one => one.Fail.StatusCodes).Select(code => (code.StatusCode, (long)code.Count)));
    }

    private Task Begin()
    {
        sampling ??= HostSampling.TryStart(run.Target.Port, run.Clock, Take, out refusal);
        return Task.CompletedTask;
    }

    private void Take(Observation observation)
    {
        tables.Fold(observation);
        run.Record(observation);
    }
}
