namespace LoadLab.Lab;

/// <summary>The sandbox cannot be made on this machine; the message says what is missing and how to get it.</summary>
public sealed class SandboxUnavailableException(string message) : Exception(message);
