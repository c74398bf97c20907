using System.ComponentModel;
using System.Diagnostics;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>A process that has only to answer a question, and is killed when it does not: what tries out whether a sandbox can be made must not hang.</summary>
internal static class ThrowAwayProcess
{
    /// <summary>Runs it to its end; its standard input is closed at once, unless it is to be held open.</summary>
    /// <param name="start">What is run; its streams are redirected here.</param>
    /// <param name="atMost">How long it may take.</param>
    /// <param name="holdsInput">Its standard input stays open until it ends, or until the time is over.</param>
    /// <exception cref="SandboxUnavailableException">It could not be started; or it did not end in time, and was killed.</exception>
    public static (int Exit, string Output, string Error) Run(ProcessStartInfo start, TimeSpan atMost, bool holdsInput = false)
    {
        start.UseShellExecute = false;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Started(start);
        if (!holdsInput)
        {
            process.StandardInput.Close();
        }

        var error = StreamText.Begin(process.StandardError);
        var output = StreamText.Begin(process.StandardOutput);
        if (!process.WaitForExit(atMost))
        {
            process.StandardInput.Close();
            Kill(process, start, atMost);
        }

        // A child that it has left behind may hold its streams.
        return output.TryEnd(Patience) is { } written && error.TryEnd(Patience) is { } complaint
            ? (process.ExitCode, written, complaint)
            : throw new SandboxUnavailableException(
                $"'{Words(start)}' ended, but what it has started holds its output open, so no sandbox can be made with it");
    }

    private static Process Started(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new SandboxUnavailableException(StartFailure.Explain(e, start.FileName));
        }
    }

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static void Kill(Process process, ProcessStartInfo start, TimeSpan atMost)
    {
        // One that ends with its input has time to clean up, also one that a signal has stopped.
        foreach (var pid in ProcessTable.ChildrenOf(process.Id).Prepend(process.Id))
        {
            _ = ProcessTable.Continue(pid);
        }

        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
        }

        throw new SandboxUnavailableException(
            $"'{Words(start)}' did not end within {new Nanoseconds(atMost.Ticks * 100)}, so no sandbox can be made with it; is it the one of util-linux?");
    }

    private static string Words(ProcessStartInfo start) =>
        $"{Path.GetFileName(start.FileName)} {string.Join(' ', start.ArgumentList.TakeWhile(word => word.StartsWith('-') && word != "--"))}".TrimEnd();
}
