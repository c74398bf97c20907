using System.Collections.Immutable;
using LoadLab.Model;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace LoadLab.Scenarios.Yaml;

/// <summary>YAML events to <see cref="Declared"/> values, each with its line.</summary>
/// <remarks>
/// Refused, since no scenario needs them and each lets a short file mean something huge or hidden: anchors and aliases, tags, several documents,
/// nesting deeper than <see cref="DeepestLevel"/>, a key twice in one mapping.
/// </remarks>
internal sealed class DeclaredReader
{
    /// <summary>The deepest nesting; a scenario needs six.</summary>
    public const int DeepestLevel = 12;

    private readonly string path;
    private readonly int? fixedLine;
    private readonly ICollection<ScenarioError> errors;
    private readonly Parser events;

    private DeclaredReader(string path, int? fixedLine, string text, ICollection<ScenarioError> errors)
    {
        this.path = path;
        this.fixedLine = fixedLine;
        this.errors = errors;
        events = new Parser(new StringReader(text));
    }

    /// <summary>Reads one document; null and an error when there is none or it is not well-formed.</summary>
    /// <param name="path">The file, or the <c>--set</c> it comes from.</param>
    /// <param name="text">The YAML.</param>
    /// <param name="errors">Where errors go.</param>
    /// <param name="fixedLine">The line of everything in it; null: as counted in the text.</param>
    public static Declared? Read(string path, string text, ICollection<ScenarioError> errors, int? fixedLine = null)
    {
        var reader = new DeclaredReader(path, fixedLine, text, errors);
        try
        {
            return reader.Document();
        }
        catch (Refused refused)
        {
            errors.Add(reader.At(refused.Mark).Error(refused.Message));
        }
        catch (YamlException error)
        {
            errors.Add(reader.At(error.Start).Error($"this is no well-formed YAML: {error.Message}"));
        }

        return null;
    }

    private Place At(Mark mark) => new(path, fixedLine ?? (int)Math.Max(1, mark.Line));

    private Declared Document()
    {
        Next();
        Next();
        if (events.Current is not DocumentStart)
        {
            throw new Refused(new Mark(0, 1, 1), "the file is empty; a scenario needs at least a claim");
        }

        Next();
        var value = Value(0);
        Next();
        Next();
        return events.Current is DocumentStart ? throw Refusal("a second document begins here; a scenario file holds one") : value;
    }

    private Declared Value(int level)
    {
        if (level > DeepestLevel)
        {
            throw Refusal($"this is nested deeper than {DeepestLevel} levels; no scenario needs that");
        }

        if (events.Current is NodeEvent { Anchor.IsEmpty: false })
        {
            throw Refusal("anchors (&name) are not taken in a scenario; write the value out");
        }

        if (events.Current is NodeEvent { Tag.IsEmpty: false } tagged)
        {
            throw Refusal($"tags ({tagged.Tag.Value}) are not taken in a scenario; write the plain value");
        }

        return events.Current switch
        {
            Scalar scalar => new DeclaredScalar(At(scalar.Start), scalar.Value),
            SequenceStart start => List(At(start.Start), level),
            MappingStart start => Mapping(At(start.Start), level),
            _ => throw Refusal("aliases (*name) are not taken in a scenario; write the value out"),
        };
    }

    private DeclaredList List(Place place, int level)
    {
        var items = ImmutableArray.CreateBuilder<Declared>();
        for (Next(); events.Current is not SequenceEnd; Next())
        {
            items.Add(Value(level + 1));
        }

        return new DeclaredList(place, items.ToImmutable());
    }

    private DeclaredMapping Mapping(Place place, int level)
    {
        var entries = new Dictionary<string, DeclaredEntry>();
        var order = ImmutableArray.CreateBuilder<DeclaredEntry>();
        for (Next(); events.Current is not MappingEnd; Next())
        {
            if (Value(level + 1) is not DeclaredScalar key)
            {
                throw Refusal("a key is one word here, never a list or a mapping");
            }

            Next();
            var entry = new DeclaredEntry(key.Place, key.Text, Value(level + 1));
            if (entries.TryGetValue(key.Text, out var first))
            {
                errors.Add(key.Place.Error($"'{key.Text}' is here a second time; the first is in line {first.Place.Line}, and only one can hold"));
            }
            else
            {
                entries.Add(key.Text, entry);
                order.Add(entry);
            }
        }

        return new DeclaredMapping(place, order.ToImmutable());
    }

    // The parser is a package's: what it throws for a text that it cannot read is not YamlException alone.
    private void Next()
    {
        try
        {
            _ = events.MoveNext();
        }
        catch (Exception e) when (
            e is InvalidOperationException or ArgumentException or FormatException or OverflowException or IndexOutOfRangeException or NullReferenceException)
        {
            throw Refusal("this is not well-formed YAML: brackets, quotes or indentation do not match");
        }
    }

    private Refused Refusal(string text) => new(events.Current?.Start ?? default, text);

    /// <summary>Ends the reading at the first thing that is not taken: what follows it cannot be trusted.</summary>
    private sealed class Refused(Mark mark, string message) : Exception(message)
    {
        public Mark Mark => mark;
    }
}
