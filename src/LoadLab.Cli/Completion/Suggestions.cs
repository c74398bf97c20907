using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Invocation;

namespace LoadLab.Cli;

/// <summary><c>loadlab '[suggest:POSITION]' LINE</c>: the words that may come next, a line each. Options are among them only once a hyphen is typed.</summary>
/// <param name="usual">Finds all of them.</param>
internal sealed class Suggestions(SynchronousCommandLineAction usual) : SynchronousCommandLineAction
{
    /// <summary>Takes the place of the usual answer in a command line.</summary>
    public static void AddTo(RootCommand root)
    {
        var suggest = root.Directives.OfType<SuggestDirective>().Single();
        suggest.Action = new Suggestions((SynchronousCommandLineAction)suggest.Action!);
    }

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var (configuration, output) = (parseResult.InvocationConfiguration, parseResult.InvocationConfiguration.Output);
        using var all = new StringWriter();
        configuration.Output = all;
        var status = usual.Invoke(parseResult);
        configuration.Output = output;
        string[] words = [.. all.ToString().Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries)];
        var line = parseResult.Tokens.Count > 0 ? parseResult.Tokens[^1].Value : "";
        var isOption = line[(line.LastIndexOf(' ') + 1)..].StartsWith('-');
        foreach (var word in words.Where(word => isOption || word[0] != '-'))
        {
            output.WriteLine(word);
        }

        return status;
    }
}
