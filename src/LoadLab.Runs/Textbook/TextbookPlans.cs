using System.Collections.Immutable;
using LoadLab.Kernel;
using LoadLab.Lab;
using LoadLab.Model;
using LoadLab.Planning;
using LoadLab.Scenarios;

namespace LoadLab.Runs;

/// <summary>From the book to the plans of its claims: all that can be refused is refused here.</summary>
public static class TextbookPlans
{
    /// <summary>lo's own switch for IPv6; a kernel without IPv6 does not have it.</summary>
    private const string Ipv6Off = "net.ipv6.conf.lo.disable_ipv6";

    /// <summary>The claims that are asked for, in the book's order.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="sandbox">Where sessions are run.</param>
    /// <exception cref="RunException">A claim is not in the book, or its file is wrong.</exception>
    public static ImmutableArray<TextbookClaimPlan> Make(TextbookRequest request, ISandbox sandbox)
    {
        var chapters = Preparation.Value(Book.Load(Path.Combine(Paths.Scenarios, $"{Book.Name}.yaml")));
        var catalog = new ScenarioCatalog(Paths.Scenarios);
        var all = chapters.SelectMany(chapter => chapter.Claims.Select(claim => (Chapter: chapter.Name, Claim: claim))).ToList();
        foreach (var name in request.Claims.Where(name => !all.Exists(one => IsAsked(one.Claim, name))))
        {
            throw RunException.Refused(
                $"{name} is no claim of the textbook and no folder of a result; {NearestClaim(name, [.. all.Select(one => one.Claim)])}");
        }

        var asked = all.Where(one => request.Claims.Count == 0 || request.Claims.Any(name => IsAsked(one.Claim, name)))
            .Select(one => (one.Chapter, Declared: Declared(catalog, one.Claim, request.Sandbox))).ToList();
        var facts = Facts(sandbox, [.. asked.Select(one => one.Declared).Where(declared => declared.Base.IsSession)]);
        return [.. asked.SelectMany(one => Families(request, one.Declared).Select(family => Plan(one.Chapter, one.Declared, family, request, facts)))];
    }

    private static bool IsAsked(string claim, string name) => claim == name || claim.StartsWith(name.TrimEnd('/') + "/", StringComparison.Ordinal);

    private static string NearestClaim(string name, IReadOnlyCollection<string> claims)
    {
        string[] near = [.. claims.Where(claim => claim.EndsWith("/" + name, StringComparison.Ordinal))];
        return near.Length > 0 ? NearestName.Question([near[0]])
            : $"claims are {string.Join(", ", claims.Take(3))} and {claims.Count - 3} more, as scenarios/textbook.yaml lists them";
    }

    private static DeclaredScenario Declared(ScenarioCatalog catalog, string claim, SandboxKind sandbox)
    {
        var reference = Preparation.Value(catalog.Resolve(claim));
        var declared = Preparation.Value(ScenarioFile.Load(reference.Path, reference.Name, []));
        return declared.Base.Sandbox == sandbox || SandboxTraits.Of(declared.Base.Sandbox).HasOwnKernel ? declared
            : Preparation.Value(ScenarioFile.Load(reference.Path, reference.Name, [("sandbox", EnumWords<SandboxKind>.Of(sandbox))]));
    }

    // A claim that is no session has a server of LoadLab's, which listens on IPv4.
    private static IEnumerable<SocketFamily> Families(TextbookRequest request, DeclaredScenario declared) =>
        declared.Base.IsSession ? request.Families : request.Families.Where(family => family == SocketFamily.Ipv4);

    private static HostFacts? Facts(ISandbox sandbox, IReadOnlyList<DeclaredScenario> sessions)
    {
        try
        {
            return sessions.Count == 0 ? null : HostInspection.Facts(sandbox, ImmutableDictionary<string, string>.Empty,
                sessions.SelectMany(Planner.SysctlsToRead).Append(Ipv6Off).Distinct(), TimeProvider.System);
        }
        catch (SandboxUnavailableException e)
        {
            throw RunException.Unavailable(e.Message);
        }
    }

    private static string WhyNoIpv6(HostFacts facts, SandboxKind sandbox) =>
        facts.Sysctls.TryGetValue(Ipv6Off, out var value) ? $"IPv6 is off in a new network namespace: {Ipv6Off} is {value}"
        : SandboxTraits.Of(sandbox).HasOwnKernel
            ? "this kernel has no IPv6, or has it as a module that could not be loaded: Debian's needs insmod (apt install kmod)"
        : "this kernel has no IPv6";

    private static TextbookClaimPlan Plan(string chapter, DeclaredScenario declared, SocketFamily family, TextbookRequest request, HostFacts? facts)
    {
        // What it sets is the whole kernel's, and LoadLab never sets it on the machine itself.
        if (SandboxTraits.Of(declared.Base.Sandbox).HasOwnKernel && new KernelSandbox(request.Kernel).WhyNot is { } why)
        {
            return new TextbookClaimPlan(chapter, declared, null, why, family);
        }

        if (!declared.Base.IsSession)
        {
            return new TextbookClaimPlan(chapter, declared, null, null, family);
        }

        if (family == SocketFamily.Ipv6 && facts!.Sysctls.GetValueOrDefault(Ipv6Off) != "0")
        {
            return new TextbookClaimPlan(chapter, declared, null, WhyNoIpv6(facts, request.Sandbox), family);
        }

        var plan = Preparation.Value(Planner.Plan(declared, facts!, $"loadlab run {declared.Name}"));
        return new TextbookClaimPlan(chapter, declared, SessionsPlan.Over(plan, family), null, family);
    }
}
