using System.Collections.Immutable;
using LoadLab.Model;
using LoadLab.Scenarios.Yaml;

namespace LoadLab.Scenarios.Keys;

/// <summary>The keys of <c>subject</c>.</summary>
internal static class SubjectKeys
{
    /// <summary>The table.</summary>
    public static KeyTable<SubjectSpec> Table { get; } = new(
        "Another server under load in place of LoadLab's own: started in the sandbox under the scenario's limits and sysctls.",
        ["command", "target"],
        [
            // A list is taken as it is, without a shell.
            new ReadKey<SubjectSpec>(SubjectSettings.Command.Key, SubjectSettings.Command.Doc, SubjectSettings.Command.Schema, ReadCommand),
            .. SettingKey<SubjectSpec>.Of(SubjectSettings.Rows.Where(row => row != SubjectSettings.Command)),
        ]);

    private static SubjectSpec ReadCommand(SubjectSpec subject, Declared declared, string path, Reading reading)
    {
        ImmutableArray<string> command = declared switch
        {
            DeclaredScalar { Text.Length: > 0 } one => ["sh", "-c", one.Text],
            DeclaredList list when list.Items.All(item => item is DeclaredScalar) => [.. list.Items.Cast<DeclaredScalar>().Select(item => item.Text)],
            _ => [],
        };
        if (command.Length == 0 || command[0].Length == 0)
        {
            reading.Error(declared.Place, $"{path} is {declared.Words}, but takes {SubjectSettings.Command.Words}");
        }

        return subject with { Command = command };
    }
}
