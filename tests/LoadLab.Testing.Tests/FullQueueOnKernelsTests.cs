using System.Diagnostics;
using LoadLab.Lab;

namespace LoadLab.Testing.Tests;

/// <summary>Thousands of connects against a full accept queue, in network namespaces of their own and in a kernel of their own: none completes.</summary>
public sealed class FullQueueOnKernelsTests(ITestOutputHelper output)
{
    /// <summary>The program that connects: tests/QueueSubject.</summary>
    internal static readonly string Subject = Path.Combine(
        AppContext.BaseDirectory.Replace("LoadLab.Testing.Tests", "QueueSubject", StringComparison.Ordinal), "QueueSubject.dll");

    private const int Connects = 10_000;

    // In a kernel that runs as a process, ten thousand take half a minute of a processor: .ci/run has it.
    private static readonly int ConnectsInUserModeLinux = TestSet.IsWhole ? Connects : 1_000;

    [Theory]
    [InlineData(0, "ipv4")]
    [InlineData(1, "ipv4")]
    [InlineData(2, "ipv4")]
    [InlineData(0, "ipv6")]
    [InlineData(2, "ipv6")]
    public async Task NoneCompletesWhateverCookiesAre(int cookies, string family)
    {
        Assert.SkipUnless(
            await SucceedsAsync(new ProcessStartInfo("unshare", ["-rn", "true"])), "needs user namespaces (unshare -rn), which this host forbids");
        var told = await RunAsync(new ProcessStartInfo("unshare", ["--user", "--map-root-user", "--net", "sh", "-c", Script(cookies, family, Connects)]));
        IsShut(told, cookies, Connects);
    }

    // One start of the kernel for all three: it takes longer than what is looked at in it.
    [Fact]
    public async Task NoneCompletesInUserModeLinuxWhateverCookiesAre()
    {
        Assert.SkipUnless(await SucceedsAsync(new ProcessStartInfo("linux.uml", ["--version"])), "needs the package user-mode-linux");
        // Each mode starts a program there, which takes ten seconds: .ci/run has all three.
        int[] modes = TestSet.IsWhole ? [0, 1, 2] : [1];
        var scripts = string.Join(" && ", modes.Select(cookies => $"({Script(cookies, "ipv4", ConnectsInUserModeLinux)})"));
        var told = (await RunAsync(new KernelSandbox(null).Start(["sh", "-c", scripts], writable: null))).Split('\n');
        Assert.Equal(modes.Length, told.Length);
        Assert.All(modes.Zip(told), one => IsShut(one.Second, one.First, ConnectsInUserModeLinux));
        Assert.All(told, one => Assert.DoesNotContain($"kernel {Environment.OSVersion.Version.ToString(2)},", one, StringComparison.Ordinal));
    }

    private static string Script(int cookies, string family, int connects) =>
        $"echo {cookies} > /proc/sys/net/ipv4/tcp_syncookies && exec dotnet '{Subject}' {connects} {family}";

    private void IsShut(string told, int cookies, int connects)
    {
        output.WriteLine(told);
        Assert.Contains($"tcp_syncookies {cookies}: SYN-SENT {connects}; {connects} retransmitted; accept queue 2 of 2; ", told, StringComparison.Ordinal);
    }

    private static async Task<bool> SucceedsAsync(ProcessStartInfo start)
    {
        try
        {
            return (await CallAsync(start)).Exit == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static async Task<string> RunAsync(ProcessStartInfo start)
    {
        var (exit, said, complained) = await CallAsync(start);
        Assert.True(exit == 0, $"exit status {exit}: {said} {complained}");
        return said.Trim();
    }

    private static async Task<(int Exit, string Output, string Error)> CallAsync(ProcessStartInfo start)
    {
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var said = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        // The end of its input ends a kernel sandbox, so it is open until here.
        process.StandardInput.Close();
        return (process.ExitCode, said, await error);
    }
}
