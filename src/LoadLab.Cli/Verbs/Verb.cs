using System.CommandLine;

namespace LoadLab.Cli;

/// <summary>A verb.</summary>
/// <param name="name">Its name.</param>
/// <param name="about">What it does, in a sentence without its full stop.</param>
/// <param name="examples">What its <c>--help</c> shows as examples: commands that can be typed as they stand.</param>
internal sealed class Verb(string name, string about, IReadOnlyList<string> examples) : Command(name, about)
{
    /// <summary>The examples.</summary>
    public IReadOnlyList<string> Examples => examples;
}
