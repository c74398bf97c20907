using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Scenarios.Yaml;

/// <summary>Where something was declared: a line of a file, or a <c>--set</c> (line <see cref="CommandLine"/>).</summary>
internal readonly record struct Place(string Path, int Line)
{
    /// <summary>The line of what the command line sets.</summary>
    public const int CommandLine = 0;

    /// <summary>An error here.</summary>
    public ScenarioError Error(string text) => new(Path, Line, text);
}

/// <summary>A value of a scenario file before its meaning is known; it remembers its place.</summary>
internal abstract record Declared(Place Place)
{
    /// <summary>What it is, for a message: <c>'x'</c>, <c>a list</c>, <c>a mapping</c>.</summary>
    public abstract string Words { get; }
}

/// <summary>One word, number or text.</summary>
internal sealed record DeclaredScalar(Place Place, string Text) : Declared(Place)
{
    private const int LongestQuote = 60;

    /// <inheritdoc/>
    public override string Words => Text.Length switch
    {
        0 => "empty",
        > LongestQuote => $"'{Text[..LongestQuote]}…'",
        _ => $"'{Text}'",
    };
}

/// <summary>A list.</summary>
internal sealed record DeclaredList(Place Place, ImmutableArray<Declared> Items) : Declared(Place)
{
    /// <inheritdoc/>
    public override string Words => "a list";
}

/// <summary>One key of a mapping with its value.</summary>
internal sealed record DeclaredEntry(Place Place, string Key, Declared Value);

/// <summary>A mapping, in the file's order.</summary>
internal sealed record DeclaredMapping(Place Place, ImmutableArray<DeclaredEntry> Entries) : Declared(Place)
{
    /// <inheritdoc/>
    public override string Words => "a mapping";

    /// <summary>The entry of a key; null when the mapping does not have it.</summary>
    public DeclaredEntry? Find(string key) => Entries.FirstOrDefault(entry => entry.Key == key);

    /// <summary>True when it has the key.</summary>
    public bool Has(string key) => Find(key) is not null;

    /// <summary>The same with one entry in place of the one of the same key, or at the end.</summary>
    public DeclaredMapping With(DeclaredEntry entry) => Find(entry.Key) is { } old
        ? this with { Entries = Entries.Replace(old, entry) }
        : this with { Entries = Entries.Add(entry) };
}
