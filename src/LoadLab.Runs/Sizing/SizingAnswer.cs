using System.Collections.Immutable;
using LoadLab.Judging.Sizing;
using LoadLab.Model;

namespace LoadLab.Runs.Sizing;

/// <summary>The answer in sentences.</summary>
internal static class SizingAnswer
{
    /// <summary>The answer in one sentence.</summary>
    public static string Of(SizeRequest request, BoundarySearch search)
    {
        string Text(long? value) => request.Range.Text(value!.Value);
        var noun = request.Noun;
        var (enough, below) = (search.Enough, search.NotEnough);
        return search.End switch
        {
            SizingEnd.Exact => $"{noun} {Text(enough)} is enough, {Text(below)} is not.",
            SizingEnd.Interval when below is not null =>
                $"{noun} {Text(enough)} is enough and {Text(below)} is not; between them runs of one value differ, so the boundary is an interval.",
            SizingEnd.Interval =>
                $"{noun} {Text(enough)} is enough; at {request.Range.Text(search.Falling ? request.Range.High : request.Range.Low)}, where the range ends, "
                    + $"runs differ.",
            SizingEnd.WholeRange => $"{noun} {Text(enough)} is enough already, the {(search.Falling ? "greatest" : "least")} value that was searched.",
            SizingEnd.NotMet => $"No {noun} from {request.Range.Text(request.Range.Low)} to {request.Range.Text(request.Range.High)} is enough.",
            SizingEnd.NonMonotonic =>
                $"There is no boundary: {noun} {Text(search.Inversion!.Value.Enough)} is enough, and {Text(search.Inversion.Value.NotEnough)} is not.",
            SizingEnd.Unfinished when enough is not null && below is not null =>
                $"Not finished: {noun} {Text(enough)} is enough and {Text(below)} is not, as far as was run.",
            SizingEnd.Unfinished when enough is not null =>
                $"Not finished: {noun} {Text(enough)} is enough as far as was run, and nothing is known that is not.",
            SizingEnd.Unfinished when below is not null => $"Not finished: {noun} {Text(below)} is not enough as far as was run, and nothing is known that is.",
            SizingEnd.Unfinished => "Not finished: no run could be used.",
        };
    }

    /// <summary>What it rests on.</summary>
    public static IEnumerable<string> Evidence(SizeRequest request, BoundarySearch search, IReadOnlyList<SizingPoint> points)
    {
        var condition = string.Join(" and ", request.Conditions);
        var sides = search.Inversion is { } inversion ? [inversion.Enough, inversion.NotEnough]
            : ((long?[])[search.Enough, search.NotEnough]).OfType<long>().ToArray();
        foreach (var point in sides.Select(value => points.First(one => one.Value == value)))
        {
            var broke = point.Broke.Length == 0 ? "" : $" ({point.Broke} in the last)";
            yield return $"{request.SettingOf(point.Value)}: {condition} held in {point.Held} of {point.Usable} runs{broke}";
        }

        if (search.End is SizingEnd.Exact or SizingEnd.Interval && search.Enough is { } enough && search.NotEnough is { } not)
        {
            var (held, failed) = (search.RunsOf(enough).Held, search.RunsOf(not).Failed);
            yield return $"{held} of {held} runs: with 95 % confidence at least {SizingChance.LeastShare(held) * 100:0} % of all runs hold; that both sides "
                + $"came out so by chance has a probability of {SizingChance.ByChance(held, failed):0.####}";
        }

        foreach (var point in points.Where(one => one.Held > 0 && one.Failed > 0))
        {
            yield return $"{request.SettingOf(point.Value)}: {condition} held in {point.Held} of {point.Usable} runs, so neither enough nor not";
        }
    }

    /// <summary>What is left for a fifth more load: by runs where there were some, else by the model.</summary>
    public static string? Headroom(SizeRequest request, long enough, SizingPrediction? model, IReadOnlyList<SizingPoint> runs)
    {
        string? Runs(long value) => runs.FirstOrDefault(one => one.Value == value) is { Usable: > 0 } point ? $"{point.Held} of {point.Usable} runs" : null;
        var noun = $"{request.Noun} {request.Range.Text(enough)}";
        var says = (Runs(enough), model?.Holds) switch
        {
            ({ } seen, { } holds) => $"with 20 % more load {noun} held in {seen}; the kernel model says it {(holds ? "holds" : "does not")}",
            ({ } seen, null) => $"with 20 % more load {noun} held in {seen}",
            (null, true) => $"{noun} still holds with 20 % more load, by the kernel model",
            (null, false) => $"none: with 20 % more load {noun} is not enough, by the kernel model",
            (null, null) => null,
        };
        var by = request.ClosedFormOfMore is { } needed && request.ClosedForm is not null
            ? $"with 20 % more load {needed} is needed{(Runs(needed) is { } held ? $" (held in {held})" : " by the rule")}" : null;
        string[] known = [.. new[] { says, by }.OfType<string>()];
        return known.Length == 0 ? null : string.Join("; ", known);
    }

    /// <summary>Which cap keeps every value from being enough, as a sentence after the answer; "" where none is known.</summary>
    public static string ByCap(SizeRequest request, Plan plan, SubjectFacts? subject)
    {
        var variant = plan.Variants[0];
        return subject is not null && request.Find == SizingModel.FoundSomaxconn && subject.LiveBacklog < request.Range.High
            ? $" The program caps it: it gives listen() a backlog of {subject.LiveBacklog}."
            : request.Find == "server.backlog" && variant.LiveBacklog < variant.Declared.Server.Backlog
            ? $" net.core.somaxconn caps it: it is {variant.LiveBacklog} in these runs."
            : "";
    }

    /// <summary>What limits the setting, whatever it is set to.</summary>
    public static IEnumerable<string> Caps(SizeRequest request, Plan plan, SubjectFacts? subject, long? needed)
    {
        var variant = plan.Variants[0];
        var machine = plan.Host.SysctlsUntouched.GetValueOrDefault("net.core.somaxconn") ?? plan.Host.Sysctls.GetValueOrDefault("net.core.somaxconn");
        if (request.Find == "server.backlog" && int.TryParse(machine, out var somaxconn))
        {
            yield return needed > somaxconn
                ? $"net.core.somaxconn: a new network namespace has {somaxconn} here, which would make it {somaxconn}; set it to {needed} or more"
                : $"net.core.somaxconn: a new network namespace has {somaxconn} here, which is enough; a container has its own";
            if (variant.LiveBacklog < variant.Declared.Server.Backlog)
            {
                yield return $"in these runs net.core.somaxconn is {plan.Host.SysctlOf(variant.Declared, "net.core.somaxconn")}, so a larger backlog changes "
                    + "nothing (net/socket.c __sys_listen)";
            }
        }

        if (subject is not null && request.Find == SizingModel.FoundSomaxconn)
        {
            yield return $"the program: it gives listen() a backlog of {subject.LiveBacklog}, so a somaxconn above that changes nothing"
                + (needed > subject.LiveBacklog ? $"; {needed} would be needed, so raise the program's own backlog first" : "");
        }
    }
}
