namespace LoadLab.Kernel.Tests;

public sealed class SysctlTests
{
    [Fact]
    public void SomaxconnOfThisNamespaceIsANumber() => Assert.True(int.Parse(Sysctl.Read("net.core.somaxconn")!) > 0);

    [Fact]
    public void OneThatDoesNotExistIsNull() => Assert.Null(Sysctl.Read("net.core.no_such_thing"));

    [Fact]
    public void BlanksAreFolded() => Assert.Equal("32768 60999", Sysctl.Parse("32768\t60999\n"));

    [Theory]
    [InlineData("../etc/passwd")]
    [InlineData("net..core")]
    [InlineData("net/core/somaxconn")]
    [InlineData("somaxconn")]
    public void ANameCannotLeaveProcSys(string name) => Assert.Throws<ArgumentException>(() => Sysctl.PathOf(name));
}
