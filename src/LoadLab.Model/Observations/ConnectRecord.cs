using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>One connect. Written as a row of numbers, <c>[wave, index, intended, actual, end, outcome, errno]</c>, since there are many of them.</summary>
/// <param name="Wave">Which load of the run.</param>
/// <param name="Index">Which connect of the load.</param>
/// <param name="Intended">When it was to start; ns since the run's start, as the other moments.</param>
/// <param name="Actual">When it did.</param>
/// <param name="End">When it was answered; 0: pending.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Errno">Why it failed.</param>
[StructLayout(LayoutKind.Auto)]
[JsonConverter(typeof(ConnectRecordJsonConverter))]
public readonly record struct ConnectRecord(int Wave, long Index, long Intended, long Actual, long End, ConnectOutcome Outcome, Errno Errno)
{
    /// <summary>The same on a clock that began earlier by <paramref name="later"/>.</summary>
    public ConnectRecord Moved(Nanoseconds later) =>
        this with { Intended = Intended + later.Value, Actual = Actual + later.Value, End = End == 0 ? 0 : End + later.Value };
}

/// <summary>A <see cref="ConnectRecord"/> as a row of seven numbers.</summary>
public sealed class ConnectRecordJsonConverter : JsonConverter<ConnectRecord>
{
    private const int Numbers = 7;

    /// <inheritdoc/>
    public override ConnectRecord Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        Span<long> row = stackalloc long[Numbers];
        var read = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.Number)
        {
            if (read < Numbers)
            {
                row[read] = reader.GetInt64();
            }

            read++;
        }

        return read == Numbers && reader.TokenType == JsonTokenType.EndArray
            ? new ConnectRecord((int)row[0], row[1], row[2], row[3], row[4], (ConnectOutcome)row[5], new Errno((int)row[6]))
            : throw new JsonException($"a connect is a row of {Numbers} numbers");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ConnectRecord value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue(value.Wave);
        writer.WriteNumberValue(value.Index);
        writer.WriteNumberValue(value.Intended);
        writer.WriteNumberValue(value.Actual);
        writer.WriteNumberValue(value.End);
        writer.WriteNumberValue((long)value.Outcome);
        writer.WriteNumberValue(value.Errno.Number);
        writer.WriteEndArray();
    }
}
