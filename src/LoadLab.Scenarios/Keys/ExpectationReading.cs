using LoadLab.Model;
using LoadLab.Scenarios.Yaml;

namespace LoadLab.Scenarios.Keys;

/// <summary>From what an expectation's keys say to references: here the names in it are looked up, once.</summary>
internal sealed class ExpectationReading(DeclaredMapping mapping, IReadOnlyCollection<string> phases, string path, Reading reading)
{
    /// <summary>The expectation, with an error for each thing that is wrong in it.</summary>
    public Expectation Read(ExpectationDraft draft, IReadOnlyCollection<string> variants)
    {
        CheckForm(draft);
        var quantity = ReadQuantity(draft);
        var stated = ReadStated(draft);
        if (draft.Predicted is not null && stated is { Quantity: { } named, Literal: { Low: 0, High: 0 } })
        {
            (quantity, stated) = (named, null);
        }

        var made = draft.Made with
        {
            Id = draft.Made.Id.Length > 0 ? draft.Made.Id : IdOf(quantity, draft.Made.At),
            Quantity = quantity,
            Expected = stated,
            Witnesses = ReadWitnesses(draft),
            Within = ReadWithin(draft),
        };
        if (made.Because is null && (made.Within is not null || stated?.IsLiteralRange == true))
        {
            Error(draft.Within is not null ? "within" : draft.Expected is not null ? "expected" : "predicted", "because",
                "is missing: a range or a tolerance needs its reason");
        }

        if (made.At is { } at && !phases.Contains(at))
        {
            Error("at", "at", $"is '{at}', but no phase is called so; {NearestName.Hint(at, phases)}");
        }

        if (made.Variant is { } variant && !variants.Contains(variant))
        {
            Error("variant", "variant", $"is '{variant}', but {(variants.Count == 0 ? "the scenario has no variants" : NearestName.Hint(variant, variants))}");
        }

        return made;
    }

    private void CheckForm(ExpectationDraft draft)
    {
        if (draft.Quantity is not null && draft.Predicted is not null)
        {
            Error("predicted", "predicted", "and quantity say the same; leave predicted out, or state a value with expected");
        }
        else if (draft.Quantity is null && draft.Predicted is null)
        {
            Error("claim", "quantity", "is missing: what the expectation is about, such as established; or predicted and witnesses");
        }
        else if (draft.Predicted is not null && draft.Witnesses.Count == 0 && !mapping.Has("witnesses"))
        {
            Error("predicted", "witnesses", "is missing: who is asked; with quantity in place of predicted its own witnesses are");
        }

        if (draft.Expected is not null && draft.Quantity is null)
        {
            Error("expected", "expected", "states the value of a quantity, and quantity is missing");
        }
    }

    private QuantityRef? ReadQuantity(ExpectationDraft draft)
    {
        if (draft.Quantity is not { } text || StatedValueForm.TryQuantity(text, phases, out var quantity, out var wrong))
        {
            return draft.Quantity is null ? null : QuantityRef.TryParse(draft.Quantity);
        }

        Error("quantity", "quantity", $"is '{text}', but {wrong}");
        return quantity;
    }

    private StatedValue? ReadStated(ExpectationDraft draft)
    {
        var key = draft.Predicted is null ? "expected" : "predicted";
        if ((draft.Predicted ?? draft.Expected) is not { } text || StatedValueForm.TryParse(text, phases, out var stated, out var wrong))
        {
            return (draft.Predicted ?? draft.Expected) is { } known && StatedValueForm.TryParse(known, phases, out var value, out _) ? value : null;
        }

        Error(key, key, $"is '{text}', but {wrong}");
        return stated;
    }

    private List<WitnessTerm> ReadWitnesses(ExpectationDraft draft)
    {
        var terms = new List<WitnessTerm>();
        foreach (var word in draft.Witnesses)
        {
            if (WitnessForm.Read(word.Text, phases, out var wrong) is { } term)
            {
                terms.Add(term);
            }
            else
            {
                reading.Error(word.Place, $"{path}.witnesses: {wrong}");
            }
        }

        if (terms.Select(term => term.Kind.IsTime()).Distinct().Count() > 1)
        {
            Error("witnesses", "witnesses", "holds moments or latencies beside counts, so they can never agree; make two expectations of it");
        }

        return terms;
    }

    private Tolerance? ReadWithin(ExpectationDraft draft)
    {
        if (draft.Within is not { } text)
        {
            return null;
        }

        if (!Tolerance.TryParse(text, out var within))
        {
            Error("within", "within", $"is '{text}', but takes a number (2), a time (50ms) or a share (10%)");
        }

        return within;
    }

    private static string IdOf(QuantityRef? quantity, string? at) =>
        quantity is null ? "" : (quantity.At(at ?? quantity.Phase).ToString() is var name ? name : "").Replace('.', '-').Replace('@', '-');

    private void Error(string at, string key, string text) => reading.Error(mapping.Find(at)?.Value.Place ?? mapping.Place, $"{path}.{key} {text}");
}
