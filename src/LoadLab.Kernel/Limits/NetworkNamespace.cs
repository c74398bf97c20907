namespace LoadLab.Kernel;

/// <summary>The network namespace of this process.</summary>
public static class NetworkNamespace
{
    /// <summary>Its name, e.g. <c>net:[4026531840]</c>; "" when /proc does not tell. Two processes are in the same one when the names are equal. Source: namespaces(7).</summary>
    public static string Current => new FileInfo("/proc/self/ns/net").LinkTarget ?? "";
}
