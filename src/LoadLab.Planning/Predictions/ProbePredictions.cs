using LoadLab.Model;
using LoadLab.Planning.Rules;

namespace LoadLab.Planning.Predictions;

/// <summary>What the kernel will answer to the probe, step by step: each call's rule is a row, from the state before to the answer and the state
/// after.</summary>
internal static class ProbePredictions
{
    private const string LimitSource = "kernel/sys.c do_prlimit";
    private static readonly Errno None = Errno.None;

    private static readonly Dictionary<ProbeCall, Func<ProbeStep, NofileState, long, (Errno Errno, long? Value, NofileState After)?>> Rows = new()
    {
        [ProbeCall.Getrlimit] = (_, state, _) => (None, state.Soft, state),
        [ProbeCall.Setrlimit] = (step, state, nrOpen) =>
            NofileRule.Set(state, step.Soft ?? 0, step.Hard ?? 0, nrOpen) is var (errno, after) ? (errno, errno.IsNone ? 0 : -1, after) : null,
        [ProbeCall.DropSysResource] = (_, state, _) => (None, 0, state with { MayRaise = false }),
        [ProbeCall.Child] = (_, state, _) => (None, state.Soft, state),
    };

    private static readonly Dictionary<ProbeCall, (string Rule, string Source)> Words = new()
    {
        [ProbeCall.Getrlimit] = ("getrlimit() says what was set", LimitSource),
        [ProbeCall.Setrlimit] = (
            "soft over hard is EINVAL; a hard limit over fs.nr_open is EPERM, and so is one over the present hard limit without CAP_SYS_RESOURCE; what is "
            + "refused changes nothing", LimitSource),
        [ProbeCall.DropSysResource] = ("a thread may always give a capability up", "security/commoncap.c cap_capset"),
        [ProbeCall.Child] = ("fork() copies the limits and execve() keeps them", "kernel/fork.c copy_signal (sig->rlim)"),
    };

    /// <summary>Adds an answer for each step, as far as the rules tell; the limits that follow from it, too.</summary>
    public static void Predict(PredictionList list, Scenario scenario, LiveSysctls sysctls)
    {
        // A .NET process begins with its soft limit raised to the hard one; which that is belongs to the machine.
        // In a kernel of the run's own it is root in the initial user namespace; elsewhere nobody knows what root was left with.
        var state = new NofileState(null, null, SandboxTraits.Of(scenario.Sandbox).HasOwnKernel ? true : null);
        var nrOpen = sysctls.Number("fs.nr_open") ?? long.MaxValue;
        foreach (var step in scenario.Actions<ProbeAction>().SelectMany(action => action.Steps))
        {
            state = BoundedByHost(state, sysctls);
            if (Rows[step.Call](step, state, nrOpen) is not var (errno, value, after))
            {
                list.WhyNoOthers = $"whether step '{step.Name}' raises the limit, or may, is not known before the run: drop the capability or set a lower "
                    + $"limit first";
                return;
            }

            state = after;
            var (rule, source) = Words[step.Call];
            Add(RunQuantities.ProbeErrno, errno.Number);
            Add(RunQuantities.ProbeValue, value);
            Add(RunQuantities.ProbeSoft, state.Soft);
            Add(RunQuantities.ProbeHard, state.Hard);

            void Add(Quantity<string> of, long? number)
            {
                if (number is { } known)
                {
                    list.Exactly(of.Of(step.Name), known, errno.IsNone ? rule : $"{rule}; here {errno.Name}", source);
                }
            }
        }
    }

    // Until the probe has set a limit of its own it has the host's hard one.
    private static NofileState BoundedByHost(NofileState state, LiveSysctls sysctls) =>
        state.Hard is null ? state with { Soft = sysctls.NofileHard, Hard = sysctls.NofileHard } : state;
}
