using System.Net;
using LoadLab.Kernel;

namespace LoadLab.Testing;

/// <summary>
/// The bytes that connections of a listener have received and nobody has read, by sock_diag: those in the accept queue have no descriptor to ask.
/// </summary>
/// <remarks>Concurrency: any thread; one lock.</remarks>
/// <param name="of">The listener's address and port.</param>
internal sealed class UnreadBytes(IPEndPoint of) : IDisposable
{
    private readonly Lock gate = new();
    private SockDiag? diag;
    private bool isOver;

    /// <summary>How many now; null where the kernel does not answer.</summary>
    public long? Sum()
    {
        lock (gate)
        {
            if (isOver)
            {
                return null;
            }

            try
            {
                diag ??= new SockDiag();
                return diag.Connections(sourcePort: of.Port)
                    .Where(one => one.Local.Equals(of) && !TcpStates.IsListener(one))
                    .Sum(one => one.Socket.ReceiveQueue);
            }
            catch (KernelException)
            {
                // A sandbox without sock_diag: told as null from now on.
                End();
                return null;
            }
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            End();
        }
    }

    private void End()
    {
        isOver = true;
        diag?.Dispose();
        diag = null;
    }
}
