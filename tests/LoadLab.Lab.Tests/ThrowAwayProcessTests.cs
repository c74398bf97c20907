using System.Diagnostics;

namespace LoadLab.Lab.Tests;

public sealed class ThrowAwayProcessTests
{
    // Seen with the kernel sandbox: its launcher was stopped while it was tried out, was killed a minute later, and its folder stayed.
    [Fact]
    public void OneThatWasStoppedIsContinuedSoThatItCanCleanUp()
    {
        var folder = Directory.CreateTempSubdirectory("loadlab-test-");
        try
        {
            var left = Path.Combine(folder.FullName, "left");
            var start = new ProcessStartInfo("sh", ["-c", "echo > \"$1\"; kill -STOP $$; read -r end; rm \"$1\"", "sh", left]);
            var thrown = Assert.Throws<SandboxUnavailableException>(() => ThrowAwayProcess.Run(start, TimeSpan.FromSeconds(1), holdsInput: true));
            Assert.Contains("did not end within 1 s", thrown.Message, StringComparison.Ordinal);
            Assert.False(File.Exists(left));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
