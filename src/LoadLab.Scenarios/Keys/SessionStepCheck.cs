using LoadLab.Model;

namespace LoadLab.Scenarios.Keys;

/// <summary>Whether a step has what its call needs, and names what steps before it made.</summary>
internal static class SessionStepCheck
{
    private const string Other = "other.";

    private static readonly HashSet<SessionCall> WithoutSocket = [SessionCall.Socket, SessionCall.Returned, SessionCall.Sysctl, SessionCall.Wait];

    private static readonly (SessionCall Call, string Key, Func<SessionStep, bool> Has, string Hint)[] Needed =
    [
        (SessionCall.Socket, "as", step => step.As is not null, "say what the new socket is called, e.g. as: client"),
        (SessionCall.Accept, "as", step => step.As is not null || step.Blocks || !step.Errno.IsNone, "say what the new socket is called, e.g. as: connection"),
        (SessionCall.Returned, "of", step => step.Of is not null, "say which step's call is awaited"),
        (SessionCall.Sysctl, "sysctl", step => step.Sysctl is not null, "say NAME=VALUE"),
    ];

    /// <summary>All that is wrong with it, as half sentences.</summary>
    public static IEnumerable<string> Problems(SessionStep step, IReadOnlyCollection<SessionStep> before)
    {
        var word = EnumWords<SessionCall>.Of(step.Call);
        HashSet<string> sockets = [.. before.Select(one => one.As).OfType<string>()];
        HashSet<string> peers = [.. before.Where(one => one.Call == SessionCall.Peer).Select(one => one.On).OfType<string>()];
        foreach (var (_, key, _, hint) in Needed.Where(need => need.Call == step.Call && !need.Has(step)))
        {
            yield return $"call is {word}, but {key} is missing: {hint}";
        }

        if (!WithoutSocket.Contains(step.Call) && step.On is null)
        {
            yield return $"call is {word}, but on is missing: say {(step.Call == SessionCall.Peer ? "which peer" : "on which socket")}";
        }
        else if (step.Call != SessionCall.Peer && step.On is { } on && !sockets.Contains(on))
        {
            yield return $"no step before it makes a socket '{on}'; {NearestName.Hint(on, [.. sockets])}";
        }

        if (step.To is { } to && !sockets.Contains(to) && !peers.Contains(to))
        {
            yield return $"no step before it makes '{to}'; {NearestName.Hint(to, [.. sockets, .. peers])}";
        }

        if (step.Of is { } of && !before.Any(one => one.Name == of && one.Blocks))
        {
            yield return $"no step before it is called '{of}' and has blocks: true";
        }

        if (step is { Call: SessionCall.Peer, On: { } peer })
        {
            _ = peers.Add(peer);
        }

        HashSet<string> known = [.. sockets, .. peers, .. step.As is null ? [] : (string[])[step.As]];
        foreach (var name in step.States.Keys.Concat(step.Timers.Keys))
        {
            var stem = name.StartsWith(Other, StringComparison.Ordinal) ? name[Other.Length..] : name;
            if (!known.Contains(stem) || (name == stem && peers.Contains(stem)))
            {
                yield return $"states and timers are of sockets, but '{name}' is none; "
                    + $"{(peers.Contains(stem) ? $"the kernel's end of a peer's connection is other.{stem}" : NearestName.Hint(stem, [.. known]))}";
            }
        }
    }
}
