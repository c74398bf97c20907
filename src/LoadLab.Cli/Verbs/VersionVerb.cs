using System.CommandLine;
using LoadLab.Model;

namespace LoadLab.Cli;

/// <summary><c>loadlab version</c>, and <c>loadlab --version</c>.</summary>
internal static class VersionVerb
{
    public static Command Create()
    {
        var command = new Verb("version", "Shows the version, and the commit that it was built from", ["loadlab version"]);
        command.SetAction(_ => Run());
        return command;
    }

    public static int Run()
    {
        Console.Out.WriteLine(ProgramVersion.Text);
        return ExitStatus.Held;
    }
}
