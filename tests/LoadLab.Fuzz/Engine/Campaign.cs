namespace LoadLab.Fuzz;

/// <summary>Executes a target in this process: its corpus, then mutations of it, until the time or the number of executions is up.</summary>
/// <remarks>
/// What execution N gets follows from seed, target, N and the corpus. With instrumented assemblies an input that reaches a new branch joins the corpus, so a
/// failure there is repeated by its file alone.
/// </remarks>
internal sealed class Campaign(FuzzTarget target, CampaignOptions options, TextWriter output)
{
    private readonly BranchMap branches = new();
    private bool hasFailed;
    private double slowestMs;
    private long mostAllocated;

    /// <summary>Runs it; false when an execution failed.</summary>
    public bool Run()
    {
        var began = TimeProvider.System.GetTimestamp();
        var corpus = CorpusFolder.Read(Path.Combine(options.Corpus, target.Name));
        if (options.Grown is { } grown && Directory.Exists(Path.Combine(grown, target.Name)))
        {
            corpus.AddRange(CorpusFolder.Read(Path.Combine(grown, target.Name)));
        }

        using var watch = new HangWatch((input, why) => Tell(input, why, execution: null));
        var executions = 0L;
        foreach (var input in corpus.ToArray())
        {
            executions++;
            _ = Execute(input, watch, execution: null);
        }

        var (seeds, reached) = (corpus.Count, branches.Reached);
        var mutator = new Mutator(target, corpus);
        for (var mutation = options.First; !hasFailed && executions < options.Most && IsTimeLeft(began, mutation); mutation++)
        {
            var numbers = SeededNumbers.Of(options.Seed ^ NameHash(), mutation);
            var input = mutator.Make(ref numbers);
            executions++;
            if (Execute(input, watch, mutation) && branches.Reached > 0)
            {
                corpus.Add(input);
                if (options.Grown is not null)
                {
                    _ = CorpusFolder.Write(Path.Combine(options.Grown, target.Name), input);
                }
            }
        }

        var took = TimeProvider.System.GetElapsedTime(began);
        output.WriteLine($"{target.Name,-14} {executions,12:N0} executions in {took.TotalSeconds,7:0.0} s, slowest {slowestMs,7:0.0} ms, most allocated "
            + $"{mostAllocated / 1024.0,8:N0} KiB" + (branches.Reached == 0 ? $", {seeds} seeds"
            : $", branches {reached:N0} by {seeds} seeds, {branches.Reached:N0} by {corpus.Count} inputs"));
        output.Flush();
        return !hasFailed;
    }

    // The clock is not read for each of millions.
    private bool IsTimeLeft(long began, long mutation) => (mutation & 15) != 0 || TimeProvider.System.GetElapsedTime(began) < options.Time * target.Share;

    private ulong NameHash() => target.Name.Aggregate(14695981039346656037UL, (hash, c) => (hash ^ c) * 1099511628211UL);

    private bool Execute(byte[] input, HangWatch watch, long? execution)
    {
        BranchMap.Begin();
        watch.Begin(target, input);
        var (began, allocated) = (TimeProvider.System.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
        try
        {
            target.Take(input);
        }
#pragma warning disable CA1031 // Whatever comes out of a target is the fault that is looked for.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Tell(input, fault.ToString(), execution);
        }

        watch.End();
        slowestMs = Math.Max(slowestMs, TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        mostAllocated = Math.Max(mostAllocated, allocated);
        if (allocated > target.MostAllocatedBytes)
        {
            Tell(input, $"it allocated {allocated >> 20} MiB, and {target.MostAllocatedBytes >> 20} MiB is the bound", execution);
        }

        return branches.IsNew();
    }

    private void Tell(byte[] input, string why, long? execution)
    {
        hasFailed = true;
        var file = CorpusFolder.Write(Path.Combine(options.Failures, target.Name), input);
        output.WriteLine($"{target.Name}: FAILED: {why}");
        output.WriteLine($"{target.Name}: the input is in {file}; it is repeated by: --target {target.Name} --input {file}"
            + (execution is null ? "" : $", or by: --target {target.Name} --seed {options.Seed} --first {execution} --count 1"));
        output.Flush();
    }
}
