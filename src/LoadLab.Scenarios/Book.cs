using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LoadLab.Model;
using LoadLab.Scenarios.Keys;
using LoadLab.Scenarios.Yaml;

namespace LoadLab.Scenarios;

/// <summary>A chapter of the textbook: its name and its claims, which are scenarios.</summary>
public sealed record Chapter(string Name, ImmutableArray<string> Claims);

/// <summary>The textbook: which scenarios are its claims, in the order in which they are told.</summary>
public static class Book
{
    /// <summary>Its file in the directory of scenarios, without the extension.</summary>
    public const string Name = "textbook";

    private static readonly KeyTable<Chapter> ChapterTable = new(
        "A chapter.",
        ["name", "claims"],
        new ValueKey<Chapter, string>("name", Forms.Text, "Its heading.", (chapter, value) => chapter with { Name = value }),
        new ReadKey<Chapter>("claims", "Its claims: names of scenarios.", () => new JsonObject { ["type"] = "array" },
        (chapter, declared, path, reading) => chapter with { Claims = Names(declared, path, reading) }));

    private static readonly KeyTable<ImmutableArray<Chapter>> Table = new(
        "The textbook.",
        ["chapters"],
        new ReadKey<ImmutableArray<Chapter>>("chapters", "Its chapters.", () => new JsonObject { ["type"] = "array" },
        (_, declared, path, reading) => declared is DeclaredList list
            ? [.. list.Items.Select((item, index) => ChapterTable.Read(new Chapter("", []), item, $"{path}[{index}]", reading))]
            : []));

    /// <summary>Reads it.</summary>
    /// <param name="path">The file.</param>
    public static Checked<IReadOnlyList<Chapter>> Load(string path)
    {
        var errors = new List<ScenarioError>();
        if (FileText.Read(path, errors) is not { } text || DeclaredReader.Read(path, text, errors) is not { } declared)
        {
            return new Checked<IReadOnlyList<Chapter>>(errors);
        }

        var reading = new Reading();
        var chapters = Table.Read([], declared, "", reading);
        return reading.Errors.Count > 0 ? new Checked<IReadOnlyList<Chapter>>(reading.Errors) : new Checked<IReadOnlyList<Chapter>>(chapters);
    }

    private static ImmutableArray<string> Names(Declared declared, string path, Reading reading)
    {
        if (declared is DeclaredList list && list.Items.All(item => item is DeclaredScalar))
        {
            return [.. list.Items.OfType<DeclaredScalar>().Select(item => item.Text)];
        }

        reading.Error(declared.Place, $"{path} is {declared.Words}, but takes a list of names of scenarios");
        return [];
    }
}
