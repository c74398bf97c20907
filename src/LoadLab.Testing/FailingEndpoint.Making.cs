using LoadLab.Kernel;

namespace LoadLab.Testing;

/// <content>How all of them are made.</content>
public partial class FailingEndpoint
{
    // Proofs wait for the kernel and for the endpoint's thread: not on the caller's.
    private static async Task<T> MakeAsync<T>(EndpointOptions? options, Func<EndpointOptions, T> make, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException(
                "LoadLab.Testing makes a Linux kernel fail: run these tests on Linux, in WSL or in a container, and skip them elsewhere.");
        }

        var made = options ?? new EndpointOptions();
        try
        {
            return await Task.Run(() => make(made), cancellationToken).ConfigureAwait(false);
        }
        catch (KernelException refused)
        {
            throw new EndpointException($"{refused.Message}. The endpoint was not made: this sandbox does not permit what it needs.");
        }
    }

    private static T Listening<T>(
        EndpointOptions options, IAcceptRule acceptRule, IConnectionRule connectionRule, Func<ListeningCore, T> prove, int usualBacklog = UsualBacklog,
        int? receiveBuffer = null, Action? atEnd = null, Func<long>? connectsDropped = null)
    {
        var listener = ListeningSocket.Open(FamilyOf(options), options.Backlog ?? usualBacklog, receiveBuffer);
        var thread = new EndpointThread(listener.Handle, acceptRule, connectionRule);
        var listening = new ListeningCore(listener, thread) { AtEnd = atEnd, ConnectsDropped = connectsDropped };
        try
        {
            thread.Start();
            return prove(listening);
        }
        catch
        {
            listening.Dispose();
            throw;
        }
    }
}
