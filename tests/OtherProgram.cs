using System.Diagnostics;

namespace LoadLab.Tests;

/// <summary>What a call of a program gave.</summary>
internal sealed record Called(int Exit, string Output, string Error)
{
    /// <summary>Standard output as one line: where it is wrapped depends on the length of numbers and paths.</summary>
    public string Words => string.Join(' ', Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    public override string ToString() => $"exit {Exit}\nstdout: {Output}\nstderr: {Error}";
}

/// <summary>A program, run to its end.</summary>
internal static class OtherProgram
{
    /// <summary>Runs it; its standard input is empty.</summary>
    /// <param name="program">Name on the PATH, or path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="directory">Where it runs.</param>
    /// <param name="environment">Variables beside those of the test.</param>
    public static Called Run(string program, IEnumerable<string> arguments, string directory, Dictionary<string, string> environment)
    {
        var start = Redirected(program, arguments, directory);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Finish(start);
    }

    /// <summary>Runs it as a user's shell does: the tests' own host sets variables for its child processes which no shell has.</summary>
    /// <param name="program">Name on the PATH, or path.</param>
    /// <param name="directory">Where it runs.</param>
    /// <param name="arguments">Its arguments.</param>
    public static Called RunAsUser(string program, string directory, params string[] arguments)
    {
        var start = Redirected(program, arguments, directory);
        foreach (var name in start.Environment.Keys.Where(IsOfTests).ToList())
        {
            _ = start.Environment.Remove(name);
        }

        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";

        // Builds last for seconds: what instrumented code costs them is not won back.
        start.Environment["DOTNET_TieredPGO"] = "0";
        return Finish(start);
    }

    /// <summary>What a program that was started with redirected streams gives at its end.</summary>
    public static Called Finish(Process process)
    {
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new Called(process.ExitCode, output, error.GetAwaiter().GetResult());
    }

    private static ProcessStartInfo Redirected(string program, IEnumerable<string> arguments, string directory)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["NO_COLOR"] = "1";
        return start;
    }

    private static Called Finish(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        return Finish(process);
    }

    private static bool IsOfTests(string name) =>
        name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase) || name.StartsWith("LOADLAB_", StringComparison.Ordinal);
}
