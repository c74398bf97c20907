namespace LoadLab.Probe;

/// <summary>The probe itself could not do what a step needs; the kernel's answer to a step's own call is never one of these.</summary>
internal sealed class ProbeFailureException(string message) : Exception(message);
