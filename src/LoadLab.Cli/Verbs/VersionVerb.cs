using System.Reflection;

namespace LoadLab.Cli;

/// <summary><c>loadlab --version</c>.</summary>
internal static class VersionVerb
{
    public static string Version => typeof(VersionVerb).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    public static int Run()
    {
        Console.Out.WriteLine(Version);
        return ExitStatus.Held;
    }
}
