using System.Text;

namespace LoadLab.Cli.Tests;

/// <summary>The words of a shell command, up to what the shell keeps for itself: a comment, a pipe, a redirection, the background.</summary>
internal static class ShellWords
{
    private const string Ends = "|&;<>";

    public static string[] Of(string command)
    {
        List<string> words = [];
        var word = new StringBuilder();
        var isWord = false;
        char? quote = null;
        foreach (var one in command.Append(' '))
        {
            if (quote is not null || one is '\'' or '"')
            {
                isWord = true;
                if (quote is { } open && one != open)
                {
                    _ = word.Append(one);
                    continue;
                }

                quote = quote is null ? one : null;
            }
            else if (Ends.Contains(one) || (one == '#' && !isWord))
            {
                break;
            }
            else if (one != ' ')
            {
                _ = word.Append(one);
                isWord = true;
            }
            else if (isWord)
            {
                words.Add(word.ToString());
                _ = word.Clear();
                isWord = false;
            }
        }

        return [.. words];
    }
}
