using System.Runtime.CompilerServices;
using LoadLab.Model;

namespace LoadLab.Kernel.Tests;

/// <summary>A fact that needs to read packets of this network namespace.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PacketTapFactAttribute : FactAttribute
{
    private static readonly string? Obstacle = Ask();

    public PacketTapFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = Obstacle;

    private static string? Ask()
    {
        try
        {
            using var tap = PacketTap.Open(PortRange.One(1));
            return null;
        }
        catch (KernelException e)
        {
            return $"needs CAP_NET_RAW: {e.Message}";
        }
    }
}
