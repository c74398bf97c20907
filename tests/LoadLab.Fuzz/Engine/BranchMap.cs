using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace LoadLab.Fuzz;

/// <summary>Which branches of instrumented assemblies were reached: SharpFuzz's map of 64 KiB, in which each pair of branches has a count.</summary>
/// <remarks>
/// One for the process, made before the first instrumented method is called: instrumented code writes to it by address. Without instrumentation it
/// stays empty.
/// </remarks>
internal sealed unsafe class BranchMap
{
    private const int Bytes = 1 << 16;
    private static readonly byte* Counts = (byte*)NativeMemory.AllocZeroed(Bytes);
    private readonly byte[] seen = new byte[Bytes];

    /// <summary>How many pairs of branches were reached by what was kept.</summary>
    public int Reached { get; private set; }

    /// <summary>Gives instrumented code the map.</summary>
    public static void Install() => Trace.SharedMem = Counts;

    /// <summary>Clears the counts before an execution.</summary>
    public static void Begin()
    {
        NativeMemory.Clear(Counts, Bytes);
        Trace.PrevLocation = 0;
    }

    /// <summary>True when the execution reached a branch, or reached it a number of times, that none before it did.</summary>
    public bool IsNew()
    {
        var counts = new ReadOnlySpan<ulong>(Counts, Bytes / sizeof(ulong));
        var isNew = false;
        for (var word = 0; word < counts.Length; word++)
        {
            if (counts[word] != 0)
            {
                isNew |= Add(word * sizeof(ulong));
            }
        }

        return isNew;
    }

    private bool Add(int from)
    {
        var isNew = false;
        for (var at = from; at < from + sizeof(ulong); at++)
        {
            // As AFL does it: once, twice, three times, 4 to 7, 8 to 15, … are different.
            var bucket = Counts[at] switch { 0 => 0, 1 => 1, 2 => 2, 3 => 4, < 8 => 8, < 16 => 16, < 32 => 32, < 128 => 64, _ => 128 };
            if ((seen[at] & bucket) != bucket)
            {
                Reached += seen[at] == 0 ? 1 : 0;
                seen[at] |= (byte)bucket;
                isNew = true;
            }
        }

        return isNew;
    }
}
