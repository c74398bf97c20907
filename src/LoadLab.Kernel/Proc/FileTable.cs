using System.Buffers.Text;

namespace LoadLab.Kernel;

/// <summary>/proc/sys/fs/file-nr: how many files the whole kernel has open, and how many it would let ordinary processes open.</summary>
/// <param name="InUse">Open files (struct file), of all processes.</param>
/// <param name="Limit">fs.file-max.</param>
/// <remarks>
/// Unit: files; one that several descriptors share counts once, and a mapped one counts without a descriptor. On a kernel with several processors
/// <see cref="InUse"/> lags by up to a batch for each
/// (lib/percpu_counter.c); on one without SMP it is exact. Kernel: fs/file_table.c proc_nr_files; seen on 6.1 and 6.18.
/// </remarks>
public readonly record struct FileTable(long InUse, long Limit)
{
    /// <summary>Its file under a root.</summary>
    public static string PathOf(string procRoot = "/proc") => Path.Combine(procRoot, "sys/fs/file-nr");

    /// <summary>"1024\t0\t50082\n": in use, a 0 since 2.6, the limit. null for anything else.</summary>
    public static FileTable? Parse(ReadOnlySpan<byte> text)
    {
        Span<long> numbers = stackalloc long[3];
        for (var i = 0; i < numbers.Length; i++)
        {
            text = text.TrimStart(" \t"u8);
            if (!Utf8Parser.TryParse(text, out long number, out var used) || number < 0)
            {
                return null;
            }

            numbers[i] = number;
            text = text[used..];
        }

        return new FileTable(numbers[0], numbers[2]);
    }
}
