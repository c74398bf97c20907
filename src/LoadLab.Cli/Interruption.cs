using System.Runtime.InteropServices;

namespace LoadLab.Cli;

/// <summary>
/// SIGINT, SIGTERM and SIGHUP as a cancellation: the first ends the run with a verdict over what was seen, the second ends this process at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly List<PosixSignalRegistration> registrations = [];

    public Interruption()
    {
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
        {
            registrations.Add(PosixSignalRegistration.Create(signal, OnSignal));
        }
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>True once a signal came.</summary>
    public bool Came => source.IsCancellationRequested;

    public void Dispose()
    {
        registrations.ForEach(registration => registration.Dispose());
        source.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        if (source.IsCancellationRequested)
        {
            // The sandbox ends with this process's end of its pipe.
            Environment.Exit(ExitStatus.Interrupted);
        }

        context.Cancel = true;
        source.Cancel();
    }
}
