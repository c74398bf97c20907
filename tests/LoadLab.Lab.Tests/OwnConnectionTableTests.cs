using System.Globalization;

namespace LoadLab.Lab.Tests;

/// <summary>A walk of sock_diag over a table that others change can see a socket twice or miss one: the sandbox has a table of its own.</summary>
public sealed class OwnConnectionTableTests
{
    private const string Entries = "net.ipv4.tcp_ehash_entries";
    private const string SynBacklog = "net.ipv4.tcp_max_syn_backlog";

    // net/ipv4/sysctl_net_ipv4.c proc_tcp_ehash_entries: a negative number is that of a table that is shared.
    [Fact]
    public void ItIsAsLargeAsTheMachinesSoThatTheDefaultsThatFollowFromItAreTheSame()
    {
        Assert.SkipUnless(File.Exists($"/proc/sys/{Entries.Replace('.', '/')}"), $"this kernel has no {Entries} (before 6.1)");
        var here = long.Parse(File.ReadAllText($"/proc/sys/{Entries.Replace('.', '/')}"), CultureInfo.InvariantCulture);
        var live = new NamespaceSandbox().TryOut(new Dictionary<string, string>(), [Entries, SynBacklog]).Live;
        Assert.Equal(Math.Abs(here), long.Parse(live[Entries], CultureInfo.InvariantCulture));
        Assert.Equal(Math.Max(128, Math.Abs(here) / 128), long.Parse(live[SynBacklog], CultureInfo.InvariantCulture));
    }
}
