using LoadLab.Model;

namespace LoadLab.Kernel.Tests;

public sealed class SandboxProofTests
{
    private static readonly NamespaceIdentity Starter = new("net:[1]", "pid:[1]", "boot-1", 1);
    private static readonly NamespaceIdentity Sandbox = new("net:[2]", "pid:[2]", "boot-1", 2);

    [Fact]
    public void AnotherNetworkAndPidNamespaceWithTheConductorInItIsOne() => Assert.Null(Missing(Sandbox));

    [Fact]
    public void TheStartersOwnPlaceIsNone() => Assert.NotNull(SandboxProof.Missing(OwnNamespaces.Current, SandboxKind.Namespace));

    [Fact]
    public void TheSameNetworkIsNone() => Assert.Contains("network namespace", Missing(Sandbox with { Net = Starter.Net }), StringComparison.Ordinal);

    [Fact]
    public void AnotherBootIdDoesNotExcuseTheSameNetwork() => Assert.NotNull(Missing(Sandbox with { Net = Starter.Net, Boot = "boot-2" }));

    [Fact]
    public void TheSameCookieIsNoneWhateverProcSays() => Assert.NotNull(Missing(Sandbox with { NetCookie = Starter.NetCookie }));

    [Fact]
    public void AKernelWithoutCookiesIsJudgedByItsNamespaces() => Assert.Null(Missing(Sandbox with { NetCookie = null }));

    [Fact]
    public void TheSamePidNamespaceIsNone() => Assert.Contains("pid namespace", Missing(Sandbox with { Pid = Starter.Pid }), StringComparison.Ordinal);

    [Fact]
    public void WhatIsUnknownIsNoProof()
    {
        Assert.NotNull(Missing(Sandbox with { Net = "" }));
        Assert.NotNull(Missing(Sandbox with { Pid = "" }));
        Assert.NotNull(SandboxProof.Missing(Starter with { Net = "" }, Sandbox, SandboxKind.Namespace, isUserMode: false, isConductors: true));
        Assert.NotNull(SandboxProof.Missing(Starter with { Pid = "" }, Sandbox, SandboxKind.Namespace, isUserMode: false, isConductors: true));
        Assert.NotNull(SandboxProof.Missing(Starter, Sandbox with { Boot = "" }, SandboxKind.Kernel, isUserMode: true, isConductors: true));
    }

    [Fact]
    public void NamespacesThatNoConductorMadeAreNone() =>
        Assert.NotNull(SandboxProof.Missing(Starter, Sandbox, SandboxKind.Namespace, isUserMode: false, isConductors: false));

    [Theory]
    [InlineData(SandboxKind.Host)]
    [InlineData(SandboxKind.Container)]
    public void WhatTheRunDidNotMakeIsNone(SandboxKind kind) =>
        Assert.NotNull(SandboxProof.Missing(Starter, Sandbox, kind, isUserMode: true, isConductors: true));

    [Fact]
    public void AnotherKernelInUserSpaceIsOneAlsoWithTheSameNumbers() =>
        Assert.Null(SandboxProof.Missing(Starter, Starter with { Boot = "boot-2" }, SandboxKind.Kernel, isUserMode: true, isConductors: false));

    [Fact]
    public void AnotherBootIdAloneMakesNoOtherKernel() =>
        Assert.NotNull(SandboxProof.Missing(Starter, Starter with { Boot = "boot-2" }, SandboxKind.Kernel, isUserMode: false, isConductors: true));

    private static string? Missing(NamespaceIdentity here) => SandboxProof.Missing(Starter, here, SandboxKind.Namespace, isUserMode: false, isConductors: true);
}
