using System.Diagnostics;
using Xunit;

namespace LoadLab.Tests;

/// <summary>The dotnet program as a user's shell runs it, for tests of packages.</summary>
internal static class DotnetCommand
{
    /// <summary>The folder of LoadLab.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The configuration that these tests were compiled in: they are in bin/CONFIGURATION/FRAMEWORK.</summary>
    public static string BuiltAs { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>Where packages are that have been restored before: another restore takes them from there.</summary>
    public static string Packages { get; } = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>Runs it; what it wrote.</summary>
    public static string Succeed(string directory, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = directory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // The tests' own host sets these for its child processes; a user's shell has none of them.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            _ = start.Environment.Remove(name);
        }

        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var complaints = error.GetAwaiter().GetResult();
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)} ended with {process.ExitCode}: {output} {complaints}");
        return output;
    }

    private static string FindRoot()
    {
        var at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "LoadLab.sln")))
        {
            at = Path.GetDirectoryName(at) ?? throw new InvalidOperationException("these tests run in a clone of LoadLab: no LoadLab.sln above them");
        }

        return at;
    }
}
