using System.Diagnostics;

namespace LoadLab.Cli.Tests;

/// <summary>Another program than LoadLab, run to its end.</summary>
internal static class OtherProgram
{
    /// <summary>Runs it; its standard input is empty.</summary>
    /// <param name="program">Name on the PATH, or path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="directory">Where it runs.</param>
    /// <param name="environment">Variables beside those of the test.</param>
    public static Called Run(string program, IEnumerable<string> arguments, string directory, Dictionary<string, string> environment)
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
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new Called(process.ExitCode, output, error.GetAwaiter().GetResult());
    }
}
