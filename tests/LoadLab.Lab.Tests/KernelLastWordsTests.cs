namespace LoadLab.Lab.Tests;

public sealed class KernelLastWordsTests
{
    [Fact]
    public void APanicAndTheLineBeforeItAreTheLastWords()
    {
        const string Log = """
            VFS: Mounted root (hostfs filesystem) readonly on device 0:15.
            Run /bin/false as init process
            userspace - ptrace set fp regs failed, errno = 14
            Kernel panic - not syncing: Attempted to kill init! exitcode=0x0000000b
            CPU: 0 PID: 1 Comm: false Not tainted 6.1.176 #1
            Stack:
             606944ba 607e7fcd 62c53b90 6067bb96
            """;
        Assert.Equal(
            "userspace - ptrace set fp regs failed, errno = 14; Kernel panic - not syncing: Attempted to kill init! exitcode=0x0000000b",
            KernelLastWords.Of(Log));
    }

    [Fact]
    public void AKernelThatStopsBeforeItBootsIsQuoted() => Assert.Equal(
        "Checking PROT_EXEC mmap in /tmp...Operation not permitted; /tmp must be not mounted noexec",
        KernelLastWords.Of("Core dump limits :\nChecking PROT_EXEC mmap in /tmp...Operation not permitted\n/tmp must be not mounted noexec\n"));

    [Fact]
    public void AKernelThatCameUpHasNoLastWords() =>
        Assert.Equal("", KernelLastWords.Of("Run /bin/false as init process\nKernel panic - not syncing: Attempted to kill init! exitcode=0x00000100\n"));
}
