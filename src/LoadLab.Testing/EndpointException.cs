namespace LoadLab.Testing;

/// <summary>An endpoint could not be made, or the kernel did not behave as the endpoint promises. The message says what, which value, and what to do.</summary>
public sealed class EndpointException(string message) : Exception(message);
