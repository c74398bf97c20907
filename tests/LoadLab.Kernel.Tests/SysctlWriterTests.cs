using LoadLab.Model;

namespace LoadLab.Kernel.Tests;

public sealed class SysctlWriterTests
{
    private static readonly NamespaceIdentity Elsewhere = new("net:[1]", "pid:[1]", "another boot", 0);

    [Theory]
    [InlineData(SandboxKind.Host)]
    [InlineData(SandboxKind.Container)]
    [InlineData(SandboxKind.Namespace)]
    [InlineData(SandboxKind.Kernel)]
    public void NothingIsWrittenWhereTheRunWasStarted(SandboxKind kind) => Refuses(OwnNamespaces.Current, kind);

    // A starter that is not the true one does not help: this process is no conductor, and none began it.
    [Theory]
    [InlineData(SandboxKind.Host)]
    [InlineData(SandboxKind.Container)]
    [InlineData(SandboxKind.Namespace)]
    [InlineData(SandboxKind.Kernel)]
    public void AStarterThatIsMadeUpDoesNotHelp(SandboxKind kind) => Refuses(Elsewhere, kind);

    // Nothing but what is there already, so that a fault in the writer would change nothing.
    private static void Refuses(NamespaceIdentity starter, SandboxKind kind)
    {
        const string Name = "net.ipv4.tcp_fin_timeout";
        Assert.Contains("not written, since ", new SysctlWriter(starter, kind).Write(Name, Sysctl.Read(Name)!), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatNoNamespaceConfinesIsRefusedInOne() =>
        Assert.Contains("the whole machine's", new SysctlWriter(Elsewhere, SandboxKind.Namespace).Write("fs.nr_open", "1048576"), StringComparison.Ordinal);
}
