using System.Globalization;
using System.Text.RegularExpressions;
using LoadLab.Scenarios;

namespace LoadLab.Planning.Tests;

/// <summary>Whatever a file holds, it is refused with a sentence or planned: nothing that reads it throws.</summary>
public sealed partial class UnreadableTextTests
{
    // LoadLab.Fuzz goes on from here, with other seeds.
    private static readonly int Mutations = TestSet.IsWhole ? 3000 : 1000;
    private const int Seed = 20260714;

    private static readonly string[] Values =
    [
        "", "0", "-1", "1", "3", "65535", "65536", "2147483647", "2147483648", "-2147483649", "9223372036854775807", "99999999999999999999",
        "1e9", "0x10", "NaN", "1ns", "99999999999s", "106751991167300d", "0s", "never", "eager", "paced 0/s", "paced 5/s", "stalled 5ms 5ms",
        "127.0.0.1", "127.0.0.9-127.0.0.1", "10.0.0.1", "2000 1000", "1024 1026", "65535-65536",
        "[]", "{}", "[1", "{a: b", "]", "}", "- x", "&a 1", "*a", "!!int x", "|", ">", "\"", "'", "%", "@", "`", "? ", ": ", "---", "...",
        "\u202e", "\t", "~", "true", "syn", "kernel", "host",
    ];

    [Fact]
    public void AShippedScenarioWithAFewMistakesIsRefusedOrPlanned()
    {
        var random = new Random(Seed);
        var files = Directory.GetFiles(Given.ScenarioRoot, "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
        var planned = 0;
        for (var i = 0; i < Mutations; i++)
        {
            var text = Mutated(WithFewerPorts(File.ReadAllText(files[random.Next(files.Length)])), random);
            try
            {
                if (ScenarioFile.Parse("some.yaml", "some", text, []).Value is { } declared)
                {
                    planned += Planner.Plan(declared, Given.Host618.After(declared), "loadlab run some.yaml").Value is null ? 0 : 1;
                }
            }
            catch (Exception e)
            {
                Assert.Fail(string.Create(CultureInfo.InvariantCulture, $"mutation {i}: {e.GetType().Name} {e.Message}\n{e.StackTrace}\n{text}"));
            }
        }

        // Else the mutations are so wild that nothing behind the reader was tried.
        Assert.InRange(planned, Mutations / 20, Mutations);
    }

    // Two scenarios fill ranges of ten thousand ports and more: a thousand take the same way through the planner, in a tenth of the time.
    private static string WithFewerPorts(string text) => text.Replace("32768 60999", "32768 33799", StringComparison.Ordinal)
        .Replace("connections: 28300", "connections: 1100", StringComparison.Ordinal)
        .Replace("20000 29999", "20000 20999", StringComparison.Ordinal).Replace("connections: 5000", "connections: 500", StringComparison.Ordinal);

    private static string Mutated(string text, Random random)
    {
        var lines = text.Split('\n').ToList();
        for (var change = random.Next(1, 4); change > 0; change--)
        {
            var at = random.Next(lines.Count);
            lines[at] = random.Next(7) switch
            {
                0 => "",
                1 => lines[random.Next(lines.Count)],
                2 => Number().Replace(lines[at], Values[random.Next(Values.Length)], 1),
                3 or 4 => Value().Replace(lines[at], ": " + Values[random.Next(Values.Length)], 1),
                5 => new string(' ', random.Next(9)) + lines[at].TrimStart(),
                _ => lines[at].Insert(random.Next(lines[at].Length + 1), "[]{}:,-#&*!|>'\"%@`? "[random.Next(20)].ToString()),
            };
        }

        return string.Join('\n', lines);
    }

    [GeneratedRegex(@"\d+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();

    [GeneratedRegex(":.*$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Value();
}
