using System.Text.Json.Nodes;
using LoadLab.Model;
using LoadLab.Planning.Predictions;
using LoadLab.Planning.Yaml;

namespace LoadLab.Planning.Keys;

/// <summary>The keys of an expectation.</summary>
internal static class ExpectationKeys
{
    /// <summary>The table.</summary>
    public static KeyTable<Expectation> Table { get; } = new(
        "One thing that is expected, and who is asked.",
        ["id", "claim", "predicted", "witnesses"],
        new ValueKey<Expectation, string>("id", PhaseName.Form, "Its id in findings.", (expectation, value) => expectation with { Id = value }),
        new ValueKey<Expectation, string>("claim", Forms.Text, "The sentence that holds or is broken.", (expectation, value) => expectation with { Claim = value }),
        new ValueKey<Expectation, string>(
            "predicted", Forms.TextOrNumber, "A number, a range low..high, or a prediction's name with an optional offset: capacity, connections - 5.", (expectation, value) => expectation with { Predicted = value }),
        new ReadKey<Expectation>("witnesses", "Who is asked: one name or a list; name@phase is the value when that phase ended.", WitnessesSchema, ReadWitnesses),
        new ValueKey<Expectation, string>("within", Forms.TextOrNumber, "A tolerance around the prediction: 2, 50ms, 10%.", (expectation, value) => expectation with { Within = value }),
        new ValueKey<Expectation, string>("because", Forms.Text, "Why the range or tolerance is what it is.", (expectation, value) => expectation with { Because = value }),
        new ValueKey<Expectation, string>("variant", PhaseName.Form, "The variant it is for; default each.", (expectation, value) => expectation with { Variant = value }),
        new ValueKey<Expectation, ExpectedOf>("of", Forms.Word<ExpectedOf>(), "Whose server it is about: LoadLab's own, or a subject; default any.", (expectation, value) => expectation with { Of = value }));

    /// <summary>Reads one expectation and checks what can be checked before any number is known.</summary>
    public static Expectation Read(Declared declared, IReadOnlyCollection<string> phases, IReadOnlyCollection<string> variants, string path, Reading reading)
    {
        var expectation = Table.Read(new Expectation { Id = "", Claim = "", Predicted = "", Witnesses = [], Line = declared.Place.Line }, declared, path, reading);
        if (declared is not DeclaredMapping mapping)
        {
            return expectation;
        }

        Place At(string key) => mapping.Find(key)?.Value.Place ?? mapping.Place;
        foreach (var witness in mapping.Find("witnesses")?.Value is { } witnesses ? Scalars(witnesses) : [])
        {
            if (WitnessNames.Problem(witness.Text, phases) is { } problem)
            {
                reading.Error(witness.Place, $"{path}.witnesses: {problem}");
            }
        }

        if (expectation.Witnesses.Select(WitnessNames.UnitOf).OfType<string>().Select(unit => unit == "s").Distinct().Count() > 1)
        {
            reading.Error(At("witnesses"), $"{path}.witnesses: some of them are moments or latencies and some are counts, so they can never agree; make two expectations of it");
        }

        PredictedFormula? formula = null;
        if (expectation.Predicted.Length > 0 && !PredictedFormula.TryParse(expectation.Predicted, phases, out formula, out var wrong))
        {
            reading.Error(At("predicted"), $"{path}.predicted is '{expectation.Predicted}', but {wrong}");
        }

        if (expectation.Within is not null && !Tolerance.TryParse(expectation.Within, out _))
        {
            reading.Error(At("within"), $"{path}.within is '{expectation.Within}', but takes a number (2), a time (50ms) or a share (10%)");
        }

        if (expectation.Because is null && (expectation.Within is not null || formula?.IsLiteralRange == true))
        {
            reading.Error(At(expectation.Within is null ? "predicted" : "within"), $"{path}.because is missing: a range or a tolerance needs its reason");
        }

        if (expectation.Variant is { } variant && !variants.Contains(variant))
        {
            reading.Error(At("variant"), $"{path}.variant is '{variant}', but {(variants.Count == 0 ? "the scenario has no variants" : NearestName.Hint(variant, variants))}");
        }

        return expectation;
    }

    private static Expectation ReadWitnesses(Expectation expectation, Declared declared, string path, Reading reading)
    {
        var words = Scalars(declared);
        if (words.Count == 0 || (declared is DeclaredList list && list.Items.Length != words.Count))
        {
            reading.Error(declared.Place, $"{path} is {declared.Words}, but takes the name of a witness or a list of such names");
        }

        return expectation with { Witnesses = [.. words.Select(word => word.Text)] };
    }

    private static List<DeclaredScalar> Scalars(Declared declared) => declared switch
    {
        DeclaredScalar { Text.Length: > 0 } one => [one],
        DeclaredList list => [.. list.Items.OfType<DeclaredScalar>()],
        _ => [],
    };

    private static JsonObject WitnessesSchema() => new()
    {
        ["anyOf"] = new JsonArray(
            new JsonObject { ["type"] = "string" },
            new JsonObject { ["type"] = "array", ["minItems"] = 1, ["items"] = new JsonObject { ["type"] = "string" } }),
    };
}
