namespace LoadLab.Testing;

/// <summary>An endpoint whose accept4(2) fails with EMFILE, until its descriptors come back. It is a process of its own.</summary>
public sealed class DescriptorLimitEndpoint : FailingEndpoint
{
    private readonly LimitedChild child;

    internal DescriptorLimitEndpoint(LimitedChild child)
        : base(child) => this.child = child;

    /// <summary>The process that is at its limit.</summary>
    public int ProcessId => child.ProcessId;

    /// <summary>The descriptors come back: from now on it accepts whatever is queued, and answers.</summary>
    /// <returns>When the queue has been emptied.</returns>
    /// <exception cref="ObjectDisposedException">It has been disposed.</exception>
    /// <exception cref="EndpointException">The process has been ended by somebody else.</exception>
    public Task FreeDescriptorsAsync() => Task.Run(() => _ = child.Ask(LimitedCommand.Free));
}
