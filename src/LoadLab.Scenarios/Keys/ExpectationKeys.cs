using System.Text.Json.Nodes;
using LoadLab.Model;
using LoadLab.Scenarios.Yaml;

namespace LoadLab.Scenarios.Keys;

/// <summary>The keys of an expectation.</summary>
internal static class ExpectationKeys
{
    /// <summary>The table.</summary>
    public static KeyTable<ExpectationDraft> Table { get; } = new(
        "One thing that is expected: a quantity, which the rules predict and all its witnesses are asked for, or a value and the witnesses that are asked.",
        ["claim"],
        Text("id", PhaseName.Form, "Its id in findings; default the quantity's name.", (draft, value) => draft.Made with { Id = value }),
        Text("claim", Forms.Text, "The sentence that holds or is broken.", (draft, value) => draft.Made with { Claim = value }),
        new ValueKey<ExpectationDraft, string>("quantity", Forms.Text,
        "What it is about: established, queue, drops, established@hold … The rules predict it and its witnesses are asked.",
        (draft, value) => draft with { Quantity = value }),
        new ValueKey<ExpectationDraft, string>(
            "expected", Forms.TextOrNumber, "The quantity's value where the scenario states it: a number, a range low..high, or another quantity with an "
                + "optional offset. The rules must not contradict it.", (draft, value) => draft with { Expected = value }),
        new ValueKey<ExpectationDraft, string>(
            "predicted", Forms.TextOrNumber, "In place of quantity, where the witnesses are named: a number, a range low..high, or a quantity with an "
                + "optional offset: capacity, connections - 5.", (draft, value) => draft with { Predicted = value }),
        new ReadKey<ExpectationDraft>("witnesses",
        "Who is asked: one name or a list; name@phase is the value when that phase ended. Default all witnesses that are right about the quantity.",
        WitnessesSchema, ReadWitnesses),
        Text("at", PhaseName.Form, "The phase at whose end it is asked; default the run's end.", (draft, value) => draft.Made with { At = value }),
        new ValueKey<ExpectationDraft, string>("within", Forms.TextOrNumber, "A tolerance around the prediction: 2, 50ms, 10%.",
        (draft, value) => draft with { Within = value }),
        Text("because", Forms.Text, "Why the range or tolerance is what it is.", (draft, value) => draft.Made with { Because = value }),
        Text("variant", PhaseName.Form, "The variant it is for; default each.", (draft, value) => draft.Made with { Variant = value }),
        new ValueKey<ExpectationDraft, ExpectedOf>("of", Forms.Word<ExpectedOf>(), "Whose server it is about: LoadLab's own, or a subject; default any.",
        (draft, value) => draft with { Made = draft.Made with { Of = value } }));

    /// <summary>Reads one expectation and checks what can be checked before any number is known.</summary>
    public static Expectation Read(Declared declared, IReadOnlyCollection<string> phases, IReadOnlyCollection<string> variants, string path, Reading reading)
    {
        var draft = Table.Read(new ExpectationDraft(new Expectation { Id = "", Claim = "", Line = declared.Place.Line }), declared, path, reading);
        return declared is DeclaredMapping mapping ? new ExpectationReading(mapping, phases, path, reading).Read(draft, variants) : draft.Made;
    }

    private static ValueKey<ExpectationDraft, string> Text(string name, TextForm<string> form, string doc, Func<ExpectationDraft, string, Expectation> with) =>
        new(name, form, doc, (draft, value) => draft with { Made = with(draft, value) });

    private static ExpectationDraft ReadWitnesses(ExpectationDraft draft, Declared declared, string path, Reading reading)
    {
        IReadOnlyList<DeclaredScalar> words = declared switch
        {
            DeclaredScalar { Text.Length: > 0 } one => [one],
            DeclaredList list => [.. list.Items.OfType<DeclaredScalar>()],
            _ => [],
        };
        if (words.Count == 0 || (declared is DeclaredList all && all.Items.Length != words.Count))
        {
            reading.Error(declared.Place, $"{path} is {declared.Words}, but takes the name of a witness or a list of such names");
        }

        return draft with { Witnesses = words };
    }

    private static JsonObject WitnessesSchema() => new()
    {
        ["anyOf"] = new JsonArray(
            new JsonObject { ["type"] = "string" },
            new JsonObject { ["type"] = "array", ["minItems"] = 1, ["items"] = new JsonObject { ["type"] = "string" } }),
    };
}

/// <summary>An expectation while it is read: what its keys say, before the names in it are looked up.</summary>
internal sealed record ExpectationDraft(Expectation Made)
{
    public string? Quantity { get; init; }

    public string? Expected { get; init; }

    public string? Predicted { get; init; }

    public string? Within { get; init; }

    public IReadOnlyList<DeclaredScalar> Witnesses { get; init; } = [];
}
