using System.Diagnostics;
using System.Runtime.InteropServices;

namespace LoadLab.Testing;

/// <summary>Starts this assembly as a program of its own, by the dotnet program of the runtime that runs it.</summary>
internal static class DotnetHost
{
    /// <summary>What to do when that fails.</summary>
    public const string Cure = "It needs the dotnet program and the runtime that run the tests: set DOTNET_HOST_PATH to that program.";

    /// <summary>A file that says which runtime; the caller deletes it when the program runs.</summary>
    public static string WriteRuntimeFile()
    {
        var path = Path.Combine(Path.GetTempPath(), $"loadlab-{Guid.NewGuid():N}.runtimeconfig.json");
        var version = Environment.Version;
        var text = $$"""
            {
              "runtimeOptions": {
                "framework": { "name": "Microsoft.NETCore.App", "version": "{{version.Major}}.{{version.Minor}}.0" },
                "configProperties": { "System.Globalization.Invariant": true }
              }
            }
            """;
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>How it is started.</summary>
    /// <exception cref="EndpointException">There is no assembly, or no dotnet program.</exception>
    public static ProcessStartInfo StartOf(IEnumerable<string> arguments, string runtimeFile)
    {
        var assembly = typeof(DotnetHost).Assembly.Location;
        if (assembly.Length == 0)
        {
            throw new EndpointException(
                "An endpoint at its descriptor limit starts LoadLab.Testing.dll as a process, and these tests were published as one file: "
                + "run them as 'dotnet test' does.");
        }

        var start = new ProcessStartInfo(Program(), ["exec", "--runtimeconfig", runtimeFile, assembly, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = Path.GetDirectoryName(assembly),
        };

        // At its descriptor limit a runtime that starts a thread ends: no compiler in the background, no collector in the background, no diagnostics port.
        start.Environment["DOTNET_TieredCompilation"] = "0";
        start.Environment["DOTNET_gcConcurrent"] = "0";
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";

        // What measures or extends the tests' process is not for this one.
        foreach (var name in (string[])["DOTNET_STARTUP_HOOKS", "CORECLR_ENABLE_PROFILING", "DOTNET_ENABLE_PROFILING", "DOTNET_ADDITIONAL_DEPS"])
        {
            _ = start.Environment.Remove(name);
        }

        return start;
    }

    private static string Program()
    {
        // .../shared/Microsoft.NETCore.App/10.0.1/ is the runtime's; the program is in the folder above shared.
        var beside = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet");
        string?[] known = [Environment.ProcessPath, Path.GetFullPath(beside), Environment.GetEnvironmentVariable("DOTNET_HOST_PATH")];
        return known.FirstOrDefault(path => Path.GetFileName(path) == "dotnet" && File.Exists(path)) ?? "dotnet";
    }
}
