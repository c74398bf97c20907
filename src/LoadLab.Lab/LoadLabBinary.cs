namespace LoadLab.Lab;

/// <summary>How this very program is started again: roles are verbs of one binary.</summary>
public static class LoadLabBinary
{
    /// <summary>A command line that runs it with these arguments.</summary>
    public static IReadOnlyList<string> CommandLine(params ReadOnlySpan<string> arguments)
    {
        var process = Environment.ProcessPath ?? "dotnet";
        var assembly = Path.Combine(AppContext.BaseDirectory, "loadlab.dll");
        return Path.GetFileNameWithoutExtension(process) == "loadlab"
            ? [process, .. arguments]
            : [Path.GetFileName(process) == "dotnet" ? process : "dotnet", assembly, .. arguments];
    }
}
