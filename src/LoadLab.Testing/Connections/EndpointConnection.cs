namespace LoadLab.Testing;

/// <summary>An accepted connection. Of the endpoint's thread alone.</summary>
/// <param name="fd">Its descriptor.</param>
internal sealed class EndpointConnection(int fd)
{
    public int Fd { get; } = fd;

    /// <summary>Bytes read from it.</summary>
    public long BytesRead { get; set; }

    /// <summary>Answers sent to it.</summary>
    public int Answers { get; set; }

    /// <summary>What its client has not taken yet.</summary>
    public ReadOnlyMemory<byte> Unsent { get; set; }

    /// <summary>Where in a request it is.</summary>
    public HttpRequests Requests { get; } = new();
}
