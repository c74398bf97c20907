using System.Text;
using LoadLab.Judging;
using LoadLab.Judging.Sizing;
using LoadLab.Model;
using LoadLab.Scenarios;

namespace LoadLab.Fuzz;

/// <summary>The small grammars: conditions of --fail-if, --set, values of scenarios, names of quantities and witnesses.</summary>
internal static class WordsTarget
{
    private static readonly string[] Tunings = ["default", "a"];

    public static FuzzTarget Target { get; } = new("words", Take, "connect.p99", " > ", " != ", "1.1x default", "50ms", "us", "min", "paced ", "stalled ",
        "backoff ", "sleep ",
        "/s", "/min", "127.0.0.1", "198.18.0.1", "linux >= ", "@load", "server.backlog=", "{a: b}", "[1, 2]", "sock_diag.accept-queue.last", "drops", "%",
        "5s 1s 3")
    {
        MostBytes = 512,
    };

    private static void Take(ReadOnlySpan<byte> input)
    {
        var text = Encoding.UTF8.GetString(input);
        if (FailCondition.TryParse(text, out var condition))
        {
            Invariant.Holds(FailCondition.TryParse(condition!.ToString(), out var again));
            Invariant.Same(again!.ToString(), condition.ToString());
            _ = condition.Problem(Tunings);
        }

        if (SizeCondition.TryParse(text, out var problem) is { } size)
        {
            Invariant.Holds(double.IsFinite(size.Number) && problem is null);
        }
        else
        {
            Invariant.Holds(problem is { Length: > 0 });
        }

        if (ScenarioFile.TryParseSetting(text, out var setting))
        {
            var read = ScenarioFile.Parse("some.yaml", "some", "claim: x\n", [setting]);
            Invariant.Holds(read.Value is null != read.Errors.IsEmpty);
        }

        Values(text);
    }

    // A value that was read is written so that it is read again as the same: plans and orders have it in that form.
    private static void Values(string text)
    {
        if (Nanoseconds.TryParse(text, out var time))
        {
            Invariant.Holds(time >= Nanoseconds.Zero && time.ToTimeSpan() >= TimeSpan.Zero && Nanoseconds.TryParse(time.ToString(), out _));
        }

        if (Rate.TryParse(text, out var rate))
        {
            Invariant.Holds(rate.PerSecond > 0 && Rate.TryParse(rate.ToString(), out var again) && again == rate);
        }

        if (AddressRange.TryParse(text, out var addresses))
        {
            Invariant.Holds(addresses.Count > 0 && AddressRange.TryParse(addresses.ToString(), out var again) && again == addresses);
        }

        if (PortRange.TryParse(text, out var ports))
        {
            Invariant.Holds(ports.Count > 0 && PortRange.TryParse(ports.ToString(), out var again) && again == ports);
        }

        if (AcceptPolicy.TryParse(text, out var policy))
        {
            Invariant.Holds(AcceptPolicy.TryParse(policy.ToString(), out var again) && again == policy);
        }

        if (AtLimitPolicy.TryParse(text, out var atLimit))
        {
            Invariant.Holds(AtLimitPolicy.TryParse(atLimit.ToString(), out var again) && again == atLimit);
        }

        if (Keepalive.TryParse(text, out var keepalive))
        {
            Invariant.Holds(Keepalive.TryParse(keepalive!.ToString(), out var again) && again == keepalive);
        }

        if (Tolerance.TryParse(text, out var tolerance))
        {
            var widened = tolerance.Widen(new PredictedRange(5, 7), isCount: true);
            Invariant.Holds(widened.Low <= 5 && widened.High >= 7);
        }

        if (SysctlValue.TryParse(text, out var sysctl))
        {
            Invariant.Holds(SysctlValue.TryParse(sysctl!.ToString(), out var again) && again == sysctl);
        }

        Names(text);
    }

    private static void Names(string text)
    {
        if (QuantityRef.TryParse(text) is { } quantity)
        {
            Invariant.Same(QuantityRef.TryParse(quantity.ToString())?.ToString(), quantity.ToString());
        }

        if (WitnessRef.TryParse(text) is { } witness)
        {
            Invariant.Same(WitnessRef.TryParse(witness.ToString())?.ToString(), witness.ToString());
        }

        if (WitnessTerm.TryParse(text) is { } term)
        {
            Invariant.Same(WitnessTerm.TryParse(term.ToString())?.ToString(), term.ToString());
        }

        var kernel = KernelVersion.Parse(text);
        Invariant.Holds(kernel is { Major: >= 0, Minor: >= 0, Patch: >= 0 } && kernel.ToString() == text);
        Invariant.Holds(VisibleText.IsPlain(VisibleText.Of(text)) && VisibleText.OfLine(VisibleText.OfLine(text)) == VisibleText.OfLine(text));
        Invariant.Holds(ShellWord.Quoted(text).Length >= text.Length);
    }
}
