using System.Text.Json;
using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>A sysctl and the value that it is set to. Written as <c>NAME=VALUE</c>.</summary>
/// <param name="Name">Its dotted name.</param>
/// <param name="Value">The value, as the kernel takes it.</param>
[JsonConverter(typeof(SysctlValueJsonConverter))]
public sealed record SysctlValue(string Name, string Value)
{
    /// <summary>Reads <c>NAME=VALUE</c>; false when either half is missing.</summary>
    public static bool TryParse(string text, out SysctlValue? value)
    {
        ArgumentNullException.ThrowIfNull(text);
        value = text.Split('=', 2) is [var name, var asked] && name.Trim().Length > 0 && asked.Trim().Length > 0 ? new SysctlValue(name.Trim(), asked.Trim())
            : null;
        return value is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}={Value}";
}

/// <summary>A <see cref="SysctlValue"/> as text.</summary>
public sealed class SysctlValueJsonConverter : JsonConverter<SysctlValue>
{
    /// <inheritdoc/>
    public override SysctlValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && SysctlValue.TryParse(reader.GetString()!, out var value) ? value!
            : throw new JsonException("a sysctl's value is NAME=VALUE");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, SysctlValue value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue($"{value}");
    }
}
