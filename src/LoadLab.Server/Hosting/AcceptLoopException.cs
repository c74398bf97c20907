namespace LoadLab.Server;

/// <summary>A hosted accept loop cannot listen where its options say: the port is taken, the address is not of this host, no descriptor is left.</summary>
/// <param name="message">The reason and what to do, in one sentence.</param>
public sealed class AcceptLoopException(string message) : Exception(message);
