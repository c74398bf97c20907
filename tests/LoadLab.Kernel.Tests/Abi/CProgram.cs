using System.Diagnostics;

namespace LoadLab.Kernel.Tests.Abi;

/// <summary>Asks the C compiler whether a text compiles.</summary>
internal static class CProgram
{
    public static bool HasCompiler => Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(directory => File.Exists(Path.Combine(directory, "cc")));

    /// <summary>"" when it compiles, otherwise what the compiler says.</summary>
    public static string Complaints(string source)
    {
        var file = Path.Combine(Path.GetTempPath(), $"loadlab-abi-{Guid.NewGuid():N}.c");
        File.WriteAllText(file, source);
        try
        {
            using var compiler = Process.Start(new ProcessStartInfo("cc", ["-std=gnu11", "-fsyntax-only", file]) { RedirectStandardError = true,
                UseShellExecute = false })!;
            var complaints = compiler.StandardError.ReadToEnd();
            compiler.WaitForExit();
            return compiler.ExitCode == 0 ? "" : complaints;
        }
        finally
        {
            File.Delete(file);
        }
    }
}
