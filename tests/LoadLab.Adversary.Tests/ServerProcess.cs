using System.Diagnostics;

namespace LoadLab.Adversary.Tests;

/// <summary>'loadlab serve', ended with the test.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process process;

    private ServerProcess(Process process) => this.process = process;

    public int Port { get; private init; }

    public static ServerProcess Start(params string[] options)
    {
        var started = Launcher.Start(null, ["serve", .. options]);
        return new ServerProcess(started) { Port = int.Parse(started.StandardOutput.ReadLine()!.Split(':', ',')[1]) };
    }

    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        process.Dispose();
    }
}
