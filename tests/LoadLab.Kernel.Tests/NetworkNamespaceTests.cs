namespace LoadLab.Kernel.Tests;

/// <summary>By folders that look as /proc does in one place or another.</summary>
public sealed class NetworkNamespaceTests : IDisposable
{
    private const string InitialPid = "pid:[4026531836]";
    private readonly DirectoryInfo proc = Directory.CreateTempSubdirectory("loadlab-proc-");

    [Fact]
    public void TheMachinesOwnHasSysctlsThatNoOtherHas()
    {
        Links("net:[4026531840]", "pid:[4026532000]");
        Files("core/somaxconn", "ipv4/ip_local_port_range", "core/dev_weight");
        Assert.True(NetworkNamespace.MayBeTheMachines(proc.FullName));
    }

    [Fact]
    public void ItsNumberIsFixedFrom618On()
    {
        Links("net:[4026531833]", "pid:[4026532000]");
        Files("core/somaxconn", "ipv4/ip_local_port_range");
        Assert.True(NetworkNamespace.MayBeTheMachines(proc.FullName));
    }

    [Fact]
    public void AMaskedProcSysProvesNothing()
    {
        Links("net:[4026532000]", "pid:[4026532001]");
        Assert.True(NetworkNamespace.MayBeTheMachines(proc.FullName));
    }

    [Fact]
    public void AMaskedNetCoreProvesNothing()
    {
        Links("net:[4026532000]", "pid:[4026532001]");
        Files("ipv4/ip_local_port_range", "core/nothing");
        Assert.True(NetworkNamespace.MayBeTheMachines(proc.FullName));
    }

    [Fact]
    public void WithoutItsOwnNameNothingIsProven()
    {
        Files("core/somaxconn", "ipv4/ip_local_port_range");
        Assert.True(NetworkNamespace.MayBeTheMachines(proc.FullName));
    }

    [Fact]
    public void AContainersIsAnother()
    {
        Links("net:[4026532000]", "pid:[4026532001]");
        Files("core/somaxconn", "ipv4/ip_local_port_range");
        Assert.False(NetworkNamespace.MayBeTheMachines(proc.FullName));
    }

    [Fact]
    public void AnOrdinaryUsersOnAnOldKernelHasNoNetCore()
    {
        Links("net:[4026532000]", "pid:[4026532001]");
        Files("ipv4/ip_local_port_range");
        Assert.False(NetworkNamespace.MayBeTheMachines(proc.FullName));
    }

    [Fact]
    public void OutsideOfContainersTheFirstProcessIsInTheMachines()
    {
        Links("net:[4026532000]", InitialPid, first: "net:[4026532000]");
        Files("core/somaxconn", "ipv4/ip_local_port_range");
        Assert.True(NetworkNamespace.MayBeTheMachines(proc.FullName));
    }

    [Fact]
    public void OutsideOfContainersAnotherThanTheFirstProcesssIsAnother()
    {
        Links("net:[4026532000]", InitialPid, first: "net:[4026531840]");
        Assert.False(NetworkNamespace.MayBeTheMachines(proc.FullName));
    }

    public void Dispose() => proc.Delete(recursive: true);

    private void Links(string net, string pid, string? first = null)
    {
        Link("self/ns/net", net);
        Link("self/ns/pid", pid);
        if (first is not null)
        {
            Link("1/ns/net", first);
        }
    }

    private void Link(string path, string target)
    {
        var link = Path.Combine(proc.FullName, path);
        _ = Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        _ = File.CreateSymbolicLink(link, target);
    }

    private void Files(params string[] sysctls)
    {
        foreach (var path in sysctls.Select(name => Path.Combine(proc.FullName, "sys/net", name)))
        {
            _ = Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, "1\n");
        }
    }
}
