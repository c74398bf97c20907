using System.Diagnostics;
using System.Globalization;

namespace LoadLab.KernelModel.Tests;

/// <summary>The real kernel, driven line by line in a network namespace of its own (driver.c), as the model's reference.</summary>
internal static class KernelDriver
{
    private static readonly Lazy<string?> Program = new(Compile);

    /// <summary>Why it cannot run here; null when it can.</summary>
    public static string? WhyNot => Program.Value is null ? "no C compiler (cc)" : Run([]) is null ? "no network namespace (unshare -rn)" : null;

    /// <summary>What the kernel answered to each command; null when the namespace could not be made.</summary>
    public static IReadOnlyList<KernelAnswer>? Run(IReadOnlyList<string> commands)
    {
        using var process = Process.Start(new ProcessStartInfo("unshare", ["-rn", Program.Value!]) { UseShellExecute = false, RedirectStandardInput = true,
            RedirectStandardOutput = true, RedirectStandardError = true })!;
        foreach (var command in commands)
        {
            process.StandardInput.WriteLine(command);
        }

        process.StandardInput.Close();
        var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        return process.ExitCode == 0 ? [.. lines.Select(KernelAnswer.Parse)] : null;
    }

    private static string? Compile()
    {
        var program = Path.Combine(Path.GetTempPath(), $"loadlab-kernel-driver-{Environment.ProcessId}");
        try
        {
            using var compiler = Process.Start("cc", ["-O1", "-o", program, Path.Combine(AppContext.BaseDirectory, "Live", "driver.c")]);
            compiler.WaitForExit();
            AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(program);
            return compiler.ExitCode == 0 ? program : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}

/// <summary>One answer: the moments before and after the command on the monotonic clock, and what it printed.</summary>
internal sealed record KernelAnswer(long BeginMs, long EndMs, string Text)
{
    /// <summary>The whole numbers of the answer.</summary>
    public IReadOnlyList<long> Numbers => [.. Text.Split(' ').Where(word => long.TryParse(word, out _))
        .Select(word => long.Parse(word, CultureInfo.InvariantCulture))];

    public static KernelAnswer Parse(string line)
    {
        var parts = line.Split(' ', 3);
        return new KernelAnswer(long.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture), parts[2]);
    }
}
