using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Planning;

/// <summary>Several scenarios of one session each as one plan: its sessions go side by side, each in a network namespace of its own.</summary>
public static class SessionsPlan
{
    private const char Separator = ':';

    /// <summary>A scenario's session over a protocol: its name and its expectations' witnesses say which.</summary>
    /// <param name="plan">The plan of a scenario that is one session.</param>
    /// <param name="family">Over which protocol.</param>
    public static Plan Over(Plan plan, SocketFamily family)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (family == SocketFamily.Ipv4)
        {
            return plan;
        }

        var variant = plan.Variants[0];
        var session = SessionOf(plan);
        var name = session.Name + Session.Ipv6Suffix;
        return plan with
        {
            Variants =
            [
                variant with
                {
                    Declared = With(variant.Declared, [session with { Name = name, Family = family }], inNamespaces: false),
                    Expectations = [.. variant.Expectations.Select(one => one with { Witnesses = [.. one.Witnesses.Select(term => Of(term, name))] })],
                },
            ],
        };
    }

    /// <summary>The session of a plan that is one.</summary>
    public static Session SessionOf(Plan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return ((SessionAction)plan.Variants[0].Declared.Phases[0].Action).Sessions[0];
    }

    /// <summary>The session that an expectation of <see cref="Together"/> is of.</summary>
    public static string SessionOf(Finding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return finding.Id.Split(Separator, 2)[0];
    }

    /// <summary>One plan of them all.</summary>
    /// <param name="plans">At least one.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="command">How to run it again.</param>
    public static Plan Together(IReadOnlyList<Plan> plans, string name, string command)
    {
        ArgumentNullException.ThrowIfNull(plans);
        var first = plans[0];
        var variant = first.Variants[0];
        return first with
        {
            Scenario = name,
            Claim = "Every sentence about a TCP session, checked on a live kernel.",
            About = "",
            Command = command,
            Variants =
            [
                variant with
                {
                    Declared = With(variant.Declared, [.. plans.Select(SessionOf)], inNamespaces: true) with { Name = name, Trace = false },
                    Lasts = new Nanoseconds(plans.Sum(plan => plan.Lasts.Value)),
                    Predictions = [],
                    Expectations = [.. plans.SelectMany(plan =>
                        plan.Variants[0].Expectations.Select(one => one with { Id = $"{SessionOf(plan).Name}{Separator}{one.Id}" }))],
                    Notes = [],
                },
            ],
        };
    }

    private static WitnessTerm Of(WitnessTerm term, string session) =>
        term.First.Argument is SessionLook look ? term with { First = term.First with { Argument = look with { Session = session } } } : term;

    private static Scenario With(Scenario scenario, ImmutableArray<Session> sessions, bool inNamespaces) =>
        scenario with { Phases = [scenario.Phases[0] with { Action = new SessionAction(sessions, inNamespaces) }] };
}
