using System.Text.Json.Serialization;
using LoadLab.Model;

namespace LoadLab.Reporting;

/// <summary>A folder of the results, in a line.</summary>
/// <param name="Name">The folder's name.</param>
/// <param name="Path">Where it is.</param>
/// <param name="Started">When it began: by its name.</param>
/// <param name="Scenario">The scenario; "" when nothing in it says.</param>
/// <param name="Kind">What it is.</param>
/// <param name="IsGoingOn">True while it is being run.</param>
/// <param name="Verdict">How it came out; null while it goes on, and for a comparison or a textbook that did not get to its end.</param>
/// <param name="Words">
/// What there is to say beside the verdict: why it did not finish, how many runs a comparison or claims a textbook has; "" for nothing.
/// </param>
/// <param name="Bytes">What its files take.</param>
public sealed record StoredResult(string Name, [property: JsonIgnore] string Path, DateTimeOffset Started, string Scenario, ResultKind Kind, bool IsGoingOn,
    Outcome? Verdict, string Words, long Bytes);
