using System.Reflection;

namespace LoadLab.Lab;

/// <summary>
/// What User-Mode Linux needs on a processor whose register state is larger than it knows: a library that is preloaded into it, built from C when it is
/// started.
/// </summary>
/// <remarks>
/// Seen with 6.1.176 on a processor with AMX: "ptrace set fp regs failed, errno = 14", then a panic, since init never starts.
/// Kernel: arch/um/os-Linux/skas/process.c put_fp_registers; fixed in 6.13, which asks the host for the size (3f17fed21491).
/// </remarks>
internal static class WideRegisters
{
    /// <summary>The C source to preload; "" on a processor that does not need it.</summary>
    /// <exception cref="SandboxUnavailableException">It is needed, and there is no C compiler.</exception>
    public static string Preloaded => !IsNeeded ? "" : HasCompiler ? Source : throw new SandboxUnavailableException(SandboxObstacles.NoCompiler);

    private static bool IsNeeded { get; } = Flags().Contains("amx_tile", StringComparer.Ordinal);

    private static bool HasCompiler =>
        Array.Exists((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries),
            folder => File.Exists(Path.Combine(folder, "cc")));

    private static string Source
    {
        get
        {
            using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("LoadLab.Lab.Sandboxes.wide-registers.c")!;
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
    }

    private static string[] Flags()
    {
        try
        {
            return File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal))?.Split(' ') ?? [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
