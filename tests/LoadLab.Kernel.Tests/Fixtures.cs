namespace LoadLab.Kernel.Tests;

/// <summary>Files of /proc/net as kernels wrote them: 6.18.44 on this project's machines, 6.1.176 in user-mode Linux.</summary>
internal static class Fixtures
{
    public static byte[] Bytes(string kernel, string file) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Fixtures", kernel, file));
}
