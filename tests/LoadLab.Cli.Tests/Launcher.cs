using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using LoadLab.Model;

namespace LoadLab.Cli.Tests;

/// <summary>The program as users start it: <c>./loadlab</c> at the repository's root.</summary>
/// <remarks>
/// The launcher is asked once whether the program is newer than its sources, and builds it where it is not. Most calls then start what it starts, in the
/// environment that it gives: it asks that anew for each call, with a dozen processes. Most scripts call the launcher itself, by <see cref="Path"/>.
/// </remarks>
internal static class Launcher
{
    private static readonly Lazy<string> Made = new(Built);

    /// <summary>The repository's root: where it is started.</summary>
    public static string Root { get; } = FindRoot();

    public static string Path => System.IO.Path.Combine(Root, "loadlab");

    /// <summary>What the launcher starts, as new as its sources.</summary>
    public static string Program => Made.Value;

    /// <summary>The environment that the launcher gives it.</summary>
    public static IReadOnlyDictionary<string, string> Given { get; } = new Dictionary<string, string>
    {
        ["LOADLAB_ROOT"] = Root,
        ["DOTNET_ROOT"] = Environment.GetEnvironmentVariable("DOTNET_ROOT")
            ?? System.IO.Path.GetFullPath(System.IO.Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../..")),
        ["DOTNET_EnableDiagnostics"] = Environment.GetEnvironmentVariable("DOTNET_EnableDiagnostics") ?? "0",
    };

    /// <summary>Runs it to its end, with results in a folder of the test's own.</summary>
    public static Called Run(params string[] arguments) => Run([], arguments);

    /// <summary>The same with variables in its environment.</summary>
    public static Called Run(Dictionary<string, string> environment, params string[] arguments)
    {
        using var process = StartWith(environment, arguments);
        return OtherProgram.Finish(process);
    }

    /// <summary>The run's document, of a call with --json.</summary>
    /// <exception cref="InvalidDataException">It wrote something else.</exception>
    public static RunDocument Document(Called called)
    {
        try
        {
            return JsonSerializer.Deserialize(called.Output, ModelJson.Default.RunDocument)!;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"standard output is not one JSON document ({e.Message}); {called}", e);
        }
    }

    /// <summary>The same as the user nobody; the caller is root.</summary>
    public static Called RunAsNobody(IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("setpriv", ["--reuid", "65534", "--regid", "65534", "--clear-groups", Path, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        return OtherProgram.Finish(process);
    }

    /// <summary>Starts it; with a mark in its environment by which all that it starts can be found.</summary>
    public static Process Start(string? mark, params string[] arguments) =>
        StartWith(mark is null ? [] : new Dictionary<string, string> { ["LOADLAB_TEST_MARK"] = mark }, arguments);

    /// <summary>Starts it with variables in its environment.</summary>
    public static Process StartWith(Dictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = Root,
        };
        start.Environment["NO_COLOR"] = "1";
        start.Environment["LOADLAB_COMMAND"] = "loadlab";
        foreach (var (name, value) in Given.Concat(environment))
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static string Built()
    {
        var called = OtherProgram.Run(Path, ["--version"], Root, []);
        return called.Exit == 0 ? System.IO.Path.Combine(Root, ".build", "app", "loadlab") : throw new InvalidOperationException($"{Path}: {called}");
    }

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(directory.FullName, "LoadLab.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("the tests are not below LoadLab.sln");
        }

        return directory.FullName;
    }
}
