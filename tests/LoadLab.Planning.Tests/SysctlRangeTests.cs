using LoadLab.Model;

namespace LoadLab.Planning.Tests;

/// <summary>A value out of a sysctl's range is the author's to correct; another kernel or sandbox would refuse it, too.</summary>
public sealed class SysctlRangeTests
{
    [Theory]
    [InlineData("net.core.somaxconn", "-1", "0 to 2147483647")]
    [InlineData("net.ipv4.tcp_syn_retries", "0", "1 to 127")]
    [InlineData("net.ipv4.ip_local_port_range", "30000 20000", "the first is not the greater one")]
    [InlineData("net.ipv4.tcp_no_table_knows_it", "7", "EINVAL")]
    public void AValueThatTheKernelDoesNotTakeIsAnsweredByItsRange(string name, string value, string takes)
    {
        var host = Given.Host618 with { SysctlsOutOfRange = [name], Sysctls = Given.Host618.Sysctls.SetItem(name, "4") };
        var error = Assert.Single(Given.PlanErrors($"claim: x\nsysctl:\n  {name}: {value}\n", host));
        Assert.Contains($"{name} is {value}, which is out of its range: the kernel takes ", error.Text, StringComparison.Ordinal);
        Assert.Contains(takes, error.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("newer kernel", error.Text, StringComparison.Ordinal);
    }
}
