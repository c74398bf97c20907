using System.Diagnostics;
using System.Text.RegularExpressions;
using LoadLab.Cli.Tests;

namespace LoadLab.Telemetry.Tests;

/// <summary><c>loadlab serve</c> while it serves.</summary>
internal sealed partial class ServeProcess : IDisposable
{
    private readonly Process process;
    private readonly Task<string> error;
    private readonly string before = "";

    private ServeProcess(Process process)
    {
        this.process = process;
        error = process.StandardError.ReadToEndAsync();

        // An exporter may write there, too.
        Match? greeting = null;
        while (greeting is not { Success: true } && process.StandardOutput.ReadLine() is { } line)
        {
            before += line + "\n";
            greeting = GreetingPattern().Match(line);
        }

        if (greeting is not { Success: true })
        {
            Assert.Fail($"it does not listen: {before} {(process.WaitForExit(TimeSpan.FromSeconds(10)) ? Error : "and does not end")}");
        }

        Port = int.Parse(greeting.Groups["port"].Value);
    }

    public int Port { get; }

    public int Pid => process.Id;

    /// <summary>Standard error, once it has ended.</summary>
    public string Error => error.GetAwaiter().GetResult();

    /// <summary>Starts it; returns when it listens.</summary>
    public static ServeProcess Start(Dictionary<string, string> environment, params string[] arguments) =>
        new(Launcher.StartWith(environment, ["serve", .. arguments]));

    /// <summary>Ends it as a service manager does; all that it has written to standard output.</summary>
    public string Stop()
    {
        using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]))
        {
            kill.WaitForExit();
        }

        var words = before + process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"exit {process.ExitCode}: {Error}");
        return words;
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
    }

    [GeneratedRegex("^listening on 127\\.0\\.0\\.1:(?<port>[0-9]+),", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex GreetingPattern();
}
