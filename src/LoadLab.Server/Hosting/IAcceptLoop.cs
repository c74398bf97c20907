using System.Net;
using LoadLab.Model;

namespace LoadLab.Server;

/// <summary>A hosted accept loop: what it has done, where it listens, and when it calls accept().</summary>
/// <remarks>
/// Added by <see cref="AcceptLoopServices"/>; one that has a name is the keyed service of that name. Concurrency: any thread.
/// Errors: before the host has started each member throws <see cref="InvalidOperationException"/>; after its end the last figures stay.
/// </remarks>
public interface IAcceptLoop
{
    /// <summary>The address and port that it listens on; where port 0 was asked for, the one that the kernel picked.</summary>
    IPEndPoint EndPoint { get; }

    /// <summary>When it calls accept() now.</summary>
    AcceptPolicy Policy { get; }

    /// <summary>Its figures now. Cost: one getsockopt() or two for each listener.</summary>
    AcceptLoopCounts Read();

    /// <summary>
    /// Makes it follow another policy; returns when each of its threads does, within 50 ms. <see cref="AcceptPolicy.Never"/> pauses it: what is queued
    /// stays queued, and the kernel drops what finds the queue full.
    /// </summary>
    /// <param name="policy">The policy; its clock starts now.</param>
    /// <exception cref="InvalidOperationException">It does not accept: the host has not started, or has stopped.</exception>
    void Follow(AcceptPolicy policy);
}
