using System.Collections.Frozen;

namespace LoadLab.Scenarios;

/// <summary>Names that phases of shipped scenarios had before: a <c>--set phases.NAME…</c> of a script goes on to work.</summary>
internal static class RenamedPhases
{
    private static readonly FrozenDictionary<string, string[]> Now = new Dictionary<string, string[]>
    {
        ["knock"] = ["new-clients", "connect"],
        ["no-longer"] = ["defer-off"],
        ["believe"] = ["retransmit"],
        ["end"] = ["final-ack"],
        ["again"] = ["final-ack-again"],
        ["talk"] = ["send-data"],
        ["thank"] = ["ack-echo"],
        ["the-others"] = ["others"],
        ["one-way"] = ["raise-again"],
        ["honest"] = ["clients"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What a phase of this name may be called now.</summary>
    public static string[] Of(string name) => Now.GetValueOrDefault(name, []);
}
