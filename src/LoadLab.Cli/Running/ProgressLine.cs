using LoadLab.Judging;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Cli;

/// <summary>One line on standard error: rewritten in place on a terminal, elsewhere a line a second.</summary>
internal sealed class ProgressLine(TextWriter error, bool inPlace) : IProgressView
{
    private bool isDone;
    private long lastSecond = -1;

    public void Show(Plan plan, Evidence evidence)
    {
        var now = new RunClock(plan.Host.EpochMonotonicNs).Now;
        if (isDone || (!inPlace && (long)now.Seconds == lastSecond))
        {
            return;
        }

        lastSecond = (long)now.Seconds;
        var variant = evidence.Variants.LastOrDefault(v => v.Phase is not null) ?? evidence.Variants[0];
        var line = Line(variant, now, plan.Lasts);
        error.Write(inPlace ? $"\r\u001b[K{line}" : line + "\n");
        error.Flush();
    }

    public void Done()
    {
        isDone = true;
        if (inPlace)
        {
            error.Write("\r\u001b[K");
            error.Flush();
        }
    }

    private static string Line(VariantEvidence variant, Nanoseconds now, Nanoseconds lasts)
    {
        var name = variant.Name.Length > 0 ? variant.Name + " / " : "";
        return $"{now.Seconds,5:0.0} s of about {lasts.Seconds:0.0} s  {name}{variant.Phase ?? "starting"}: {Value(variant, "clients.established")} established, "
            + $"{Value(variant, "clients.pending")} waiting, {Value(variant, "clients.failed")} failed; accept queue {Value(variant, "sock_diag.accept-queue.last")}, SYN queue {Value(variant, "sock_diag.server.SYN-RECV.last")}, "
            + $"{Value(variant, "counters.TcpExt.ListenDrops")} drops";
    }

    private static string Value(VariantEvidence variant, string witness) => variant.Ask(witness).Value is { } value ? $"{value:0}" : "-";
}
