using System.Globalization;
using System.Text;

namespace LoadLab.Fuzz;

/// <summary>Changes an input in ways that break parsers: bits, lengths and counts at their limits, cuts, repetitions, splices, words of the format.</summary>
internal sealed class Mutator(FuzzTarget target, IReadOnlyList<byte[]> corpus)
{
    private const int MostChanges = 6;
    private static readonly long[] Limits =
    [
        0, 1, -1, 2, 3, 4, 7, 8, 15, 16, 20, 40, 60, 63, 64, 65, 72, 100, 127, 128, 129, 255, 256, 511, 512, 1023, 1024, 4095, 4096, 32767, 32768, 65535, 65536,
        int.MaxValue, int.MinValue, uint.MaxValue, (long)uint.MaxValue + 1, long.MaxValue, long.MinValue,
    ];

    private static readonly string[] Numbers =
        [.. Limits.Select(limit => limit.ToString(CultureInfo.InvariantCulture)), "18446744073709551615", "18446744073709551616", "1e9", "1e400", "0.5",
            "-0", "007", "+1", "0x10", "NaN", "٣", "1_000", "99999999999999999999999999999999999999"];

    private readonly byte[][] words = [.. target.Words.Select(Encoding.UTF8.GetBytes)];

    /// <summary>An input made of one of the corpus, by numbers alone.</summary>
    public byte[] Make(ref SeededNumbers numbers)
    {
        var input = new List<byte>(corpus[numbers.Below(corpus.Count)]);
        for (var left = 1 + numbers.Below(MostChanges); left > 0; left--)
        {
            Change(input, ref numbers);
        }

        if (input.Count > target.MostBytes)
        {
            input.RemoveRange(target.MostBytes, input.Count - target.MostBytes);
        }

        return [.. input];
    }

    private void Change(List<byte> input, ref SeededNumbers numbers)
    {
        var at = numbers.Below(input.Count);
        switch (input.Count == 0 ? 5 : numbers.Below(14))
        {
            case 0:
            case 1:
                input[at] ^= (byte)(1 << numbers.Below(8));
                break;
            case 2:
                input[at] = (byte)numbers.Next();
                break;
            case 3:
                Overwrite(input, at, ref numbers);
                break;
            case 4:
                input.RemoveRange(at, 1 + numbers.Below(Math.Min(input.Count - at, 64)));
                break;
            case 5:
                input.Insert(at, (byte)numbers.Next());
                break;
            case 6:
                Repeat(input, at, ref numbers);
                break;
            case 7:
                input.RemoveRange(at, input.Count - at);
                break;
            case 8:
                Splice(input, at, ref numbers);
                break;
            case 9:
            case 10:
                InsertWord(input, at, ref numbers);
                break;
            case 11:
                ReplaceNumber(input, at, ref numbers);
                break;
            case 12:
                RemoveMember(input, at);
                break;
            default:
                SwapLines(input, at, ref numbers);
                break;
        }
    }

    // A field of one, two, four or eight bytes in either byte order takes a value at a limit, or a little more or less than it has.
    private static void Overwrite(List<byte> input, int at, ref SeededNumbers numbers)
    {
        var size = 1 << numbers.Below(4);
        var value = numbers.Below(3) == 0 ? input[at] + numbers.Below(9) - 4 : Limits[numbers.Below(Limits.Length)];
        var isBigEndian = numbers.Below(2) == 0;
        for (var i = 0; i < size && at + i < input.Count; i++)
        {
            input[at + i] = (byte)(value >> (8 * (isBigEndian ? size - 1 - i : i)));
        }
    }

    private static void Repeat(List<byte> input, int at, ref SeededNumbers numbers)
    {
        var piece = input.GetRange(at, 1 + numbers.Below(Math.Min(input.Count - at, 200)));
        for (var times = 1 + numbers.Below(3); times > 0; times--)
        {
            input.InsertRange(at, piece);
        }
    }

    private void Splice(List<byte> input, int at, ref SeededNumbers numbers)
    {
        var other = corpus[numbers.Below(corpus.Count)];
        if (other.Length > 0)
        {
            var from = numbers.Below(other.Length);
            var piece = other.AsSpan(from, 1 + numbers.Below(other.Length - from));
            input.RemoveRange(at, numbers.Below(2) == 0 ? 0 : Math.Min(piece.Length, input.Count - at));
            input.InsertRange(at, piece.ToArray());
        }
    }

    private void InsertWord(List<byte> input, int at, ref SeededNumbers numbers)
    {
        var word = words.Length > 0 && numbers.Below(4) > 0 ? words[numbers.Below(words.Length)]
            : Encoding.UTF8.GetBytes(Numbers[numbers.Below(Numbers.Length)]);
        input.RemoveRange(at, numbers.Below(2) == 0 ? 0 : Math.Min(word.Length, input.Count - at));
        input.InsertRange(at, word);
    }

    private static void ReplaceNumber(List<byte> input, int at, ref SeededNumbers numbers)
    {
        static bool IsDigit(byte one) => one is >= (byte)'0' and <= (byte)'9';
        var from = input.FindIndex(at, IsDigit);
        if (from >= 0)
        {
            var end = input.FindIndex(from, one => !IsDigit(one));
            input.RemoveRange(from, (end < 0 ? input.Count : end) - from);
            input.InsertRange(from, Encoding.UTF8.GetBytes(Numbers[numbers.Below(Numbers.Length)]));
        }
    }

    // Of JSON and of YAML in brackets: one member of an object, or element of a list, with all that is in it.
    private static void RemoveMember(List<byte> input, int at)
    {
        var from = input.FindIndex(at, one => one is (byte)',' or (byte)'{' or (byte)'[');
        var depth = 0;
        for (var end = from + 1; from >= 0 && end < input.Count; end++)
        {
            depth += input[end] is (byte)'{' or (byte)'[' ? 1 : input[end] is (byte)'}' or (byte)']' ? -1 : 0;
            if (depth < 0 || (depth == 0 && input[end] == (byte)','))
            {
                // A comma goes with what it stands before or behind, so that what is left is whole.
                var keepsFirst = input[from] != (byte)',';
                input.RemoveRange(keepsFirst ? from + 1 : from, end - from - (keepsFirst && depth < 0 ? 1 : 0));
                return;
            }
        }
    }

    private static void SwapLines(List<byte> input, int at, ref SeededNumbers numbers)
    {
        var end = input.IndexOf((byte)'\n', at);
        if (end >= 0)
        {
            var line = input.GetRange(at, end - at + 1);
            input.RemoveRange(at, line.Count);
            input.InsertRange(numbers.Below(input.Count + 1), line);
        }
    }
}
