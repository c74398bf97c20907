using System.Collections.Immutable;
using LoadLab.Model;
using LoadLab.Planning.Checks;
using LoadLab.Planning.Predictions;
using LoadLab.Planning.Rules;
using LoadLab.Scenarios;
using LoadLab.Scenarios.Keys;
using LoadLab.Scenarios.Yaml;

namespace LoadLab.Planning;

/// <summary>From a declared scenario and the host's facts to a plan: every number resolved, every prediction made, or everything that forbids the run, at
/// once.</summary>
public static class Planner
{
    /// <summary>Sysctls that predictions and checks read, beside those that a scenario sets.</summary>
    public static ImmutableArray<string> SysctlsOfInterest { get; } =
    [
        "kernel.version",
        "net.core.somaxconn",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.tcp_abort_on_overflow",
        "net.ipv4.tcp_early_retrans",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_max_syn_backlog",
        "net.ipv4.tcp_max_tw_buckets",
        "net.ipv4.tcp_orphan_retries",
        "net.ipv4.tcp_retries2",
        "net.ipv4.tcp_rfc1337",
        "net.ipv4.tcp_rto_max_ms",
        "net.ipv4.tcp_rto_min_us",
        "net.ipv4.tcp_sack",
        "net.ipv4.tcp_syn_linear_timeouts",
        "net.ipv4.tcp_syn_retries",
        "net.ipv4.tcp_synack_retries",
        "net.ipv4.tcp_syncookies",
        "net.ipv4.tcp_thin_linear_timeouts",
        "net.ipv4.tcp_timestamps",
        "net.ipv4.tcp_tw_reuse",
        "net.ipv4.tcp_tw_reuse_delay",
    ];

    /// <summary>Those that are the whole kernel's, so that they matter only where that is the run's own.</summary>
    private static ImmutableArray<string> SysctlsOfKernel { get; } = ["fs.file-max"];

    /// <summary>What is to be written in a sandbox before its facts are read: the first variant's sysctls, and those that only other variants set.</summary>
    public static ImmutableSortedDictionary<string, string> SysctlsAsked(DeclaredScenario declared)
    {
        ArgumentNullException.ThrowIfNull(declared);
        var asked = ImmutableSortedDictionary<string, string>.Empty;
        foreach (var (name, value) in declared.Variants.SelectMany(variant => variant.Scenario.Sysctls))
        {
            asked = asked.ContainsKey(name) ? asked : asked.Add(name, value);
        }

        return asked;
    }

    /// <summary>What is to be read in the sandbox for <see cref="HostFacts.Sysctls"/>: those asked, those that phases and sessions change, and <see
    /// cref="SysctlsOfInterest"/>.</summary>
    public static ImmutableSortedSet<string> SysctlsToRead(DeclaredScenario declared)
    {
        ArgumentNullException.ThrowIfNull(declared);
        var changed = declared.Variants.SelectMany(variant => variant.Scenario.Actions<SysctlAction>()).SelectMany(action => action.Sysctls.Keys)
            .Concat(declared.Variants.SelectMany(variant => variant.Scenario.Phases).SelectMany(SessionSysctls.Of));
        return [.. SysctlsOfInterest, .. SysctlsAsked(declared).Keys, .. changed, .. SandboxTraits.Of(declared.Base.Sandbox).HasOwnKernel
            ? SysctlsOfKernel : []];
    }

    /// <summary>The plan, or every reason why the scenario cannot run on this host.</summary>
    /// <param name="declared">The scenario.</param>
    /// <param name="host">The host and its sandbox, read after <see cref="SysctlsAsked"/> were written there.</param>
    /// <param name="command">How to run it again.</param>
    public static Checked<Plan> Plan(DeclaredScenario declared, HostFacts host, string command)
    {
        ArgumentNullException.ThrowIfNull(declared);
        ArgumentNullException.ThrowIfNull(host);
        if (SupportedKernel.WhyNot(host.Kernel) is { } tooOld)
        {
            return new Checked<Plan>([declared.Tree.Place.Error(tooOld)]);
        }

        var errors = new List<ScenarioError>();
        var tried = SysctlsAsked(declared);
        var variants = ImmutableArray.CreateBuilder<VariantPlan>();
        var lasts = Nanoseconds.Zero;
        var leftOut = LeftOut(declared, host, errors);
        foreach (var (name, asked, tree) in Resolve(declared, host, errors, leftOut))
        {
            var scenario = SubjectPlan.Fit(asked, tree, host);
            var check = new PlanCheck(name, scenario, tree, host, declared.IsOverridden || asked.Subject is not null, declared.Contradicted);
            NoEffectCheck.Run(check, declared.FormerName);
            leftOut.ForEach(check.Note);
            SubjectCheck.Run(check, asked);
            SysctlCheck.Run(check, tried);
            BacklogCheck.Run(check);
            PortCheck.Run(check);
            LocalEndCheck.Run(check);
            ContradictionCheck.Run(check);
            PeerCheck.Run(check);
            ProbeCheck.Run(check);
            var variant = PlanVariant(check, scenario.IsSession ? 0 : DescriptorCheck.Run(check));
            variants.Add(variant);
            errors.AddRange(check.Errors);
            lasts += variant.Lasts;
        }

        return errors.Count > 0 ? new Checked<Plan>(errors) : new Checked<Plan>(new Plan
        {
            Scenario = declared.Name,
            Path = declared.Path,
            Claim = declared.Base.Claim,
            About = declared.Base.About,
            Command = command,
            Host = host,
            Variants = variants.ToImmutable(),
            Lasts = lasts,
        });
    }

    private static VariantPlan PlanVariant(PlanCheck check, int workers)
    {
        var scenario = check.Scenario;
        var live = AcceptQueue.LiveBacklog(scenario.Server.Backlog, check.Sysctls.Somaxconn);
        var predictions = Predictor.For(scenario, check.Sysctls, workers);
        PacketQueueCheck.Run(check, predictions);
        if (scenario.AwaitsRun)
        {
            check.Note(ClosedLoads.Note);
        }

        var notAsStated = SessionSysctls.NotAsStated(check);
        ImmutableArray<PlannedExpectation> expectations =
        [
            .. scenario.Expectations.Where(expectation => check.Variant == (expectation.Variant ?? check.Variant))
                .Select(expectation => Expect(expectation, predictions, check)).OfType<PlannedExpectation>()
                .Select(one => one with { NotAsStated = notAsStated }),
            .. scenario.IsSession ? [] : TapExpectations.Of(scenario, predictions, check.Sysctls),
        ];
        return new VariantPlan
        {
            Name = check.Variant,
            Declared = scenario,
            Settings = PlannedSettings.Of(scenario, check.Sysctls, live, workers),
            LiveBacklog = live,
            Capacity = AcceptQueue.Capacity(live),
            Lasts = PhaseTime.Of(scenario, check.Sysctls),
            Workers = workers,
            Predictions = predictions.Made,
            Expectations = expectations,
            Further = FurtherChecks.Of(predictions, scenario, check.Sysctls, expectations),
            Open = FurtherChecks.Open(predictions, check.Variant),
            Bands = scenario.IsSession || scenario.Subject is not null ? null : Bands.Of(scenario, check.Sysctls),
            Notes = [.. check.Notes.Distinct()],
        };
    }

    private static PlannedExpectation? Expect(Expectation expectation, PredictionList predictions, PlanCheck check)
    {
        if (SubjectPlan.IsAsked(expectation, check.Scenario, out var why))
        {
            return ExpectationPlan.Resolve(expectation, predictions, check);
        }

        if (why is not null)
        {
            check.Note($"expectation '{expectation.Id}' is left out: {why}");
        }

        return null;
    }

    /// <summary>A sentence for each variant that this kernel cannot run; an error when that is all of them.</summary>
    private static List<string> LeftOut(DeclaredScenario declared, HostFacts host, List<ScenarioError> errors)
    {
        var unmet = declared.Drafts.Where(draft => draft.Needs?.IsMetBy(host.Kernel) == false).ToList();
        if (unmet.Count > 0 && unmet.Count == declared.Drafts.Length)
        {
            errors.Add(
                declared.Tree.Place.Error(
                    $"each variant needs a newer kernel than this one, {host.Kernel}: "
                + $"{string.Join(", ", unmet.Select(draft => $"'{draft.Name}' {draft.Needs}"))}; run it on one of those"));
        }

        return [.. unmet.Select(draft => $"variant '{draft.Name}' is left out: it needs {draft.Needs}, and this is {host.Kernel}"),
            .. SubjectPlan.LeftOut(declared)];
    }

    /// <summary>Each variant's own scenario, its formulas resolved by what is predicted for the scenario without variants. Where the settings of the command
    /// line leave a formula without a value, its variant is left out.</summary>
    private static List<(string Name, Scenario Scenario, DeclaredMapping Tree)> Resolve(DeclaredScenario declared, HostFacts host, List<ScenarioError> errors,
        List<string> leftOut)
    {
        if (declared.Drafts.IsEmpty)
        {
            return [("", declared.Base, declared.Tree)];
        }

        var predictions = Predictor.For(SubjectPlan.Fit(declared.Base, declared.Tree, host), new LiveSysctls(declared.Base, host));
        var resolved = new List<(string, Scenario, DeclaredMapping)>();
        var open = new List<(string Variant, ScenarioError Error)>();
        foreach (var draft in SubjectPlan.Distinct(declared).Where(draft => draft.Needs?.IsMetBy(host.Kernel) != false))
        {
            var problems = new List<ScenarioError>();
            var settings = draft.Settings.Select(setting =>
                VariantFormula.Resolve(setting, quantity => predictions.Find(quantity)?.Range.High, predictions.WhyNot, problems)).OfType<SettingValue>()
                .ToList();
            if (problems.Count > 0)
            {
                open.AddRange(problems.Select(problem => (draft.Name, problem)));
                continue;
            }

            var tree = SettingOverrides.Apply(declared.Tree, settings, problems);
            var reading = new Reading();
            var scenario = ScenarioFile.Interpret(tree, declared.Path, declared.Name, reading).Scenario;
            problems.AddRange(reading.Errors);
            errors.AddRange(problems);
            if (problems.Count == 0)
            {
                resolved.Add((draft.Name, scenario, tree));
            }
        }

        if (declared.IsOverridden && resolved.Count > 0)
        {
            leftOut.AddRange(open.Select(one => $"variant '{one.Variant}' is left out: {one.Error.Text}"));
        }
        else
        {
            errors.AddRange(open.Select(one => one.Error));
        }

        return resolved;
    }
}
