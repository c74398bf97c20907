using System.CommandLine;
using LoadLab.Model;
using LoadLab.Swarm;

namespace LoadLab.Cli;

/// <summary><c>loadlab ask HOST:PORT</c>: does a LoadLab server there consent to be loaded. What a container's health check runs.</summary>
internal static class AskVerb
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static Command Create()
    {
        var target = new Argument<string>("target") { Description = "The server's address and port", HelpName = "ADDRESS:PORT" };
        var command = new Verb(
            "ask",
            "Asks a 'loadlab serve' whether it may be loaded: exit status 0 if yes, else 3",
            [
                "loadlab ask 127.0.0.1:9000",
            ]) { target };
        command.SetAction(result => Run(result.GetValue(target)!));
        return command;
    }

    private static int Run(string text)
    {
        if (SwarmTarget.TryParse(text, out var target) is { } refusal)
        {
            throw CliException.BadInput(refusal);
        }

        var answer = new ConsentClient(target!, Environment.MachineName).Ask(Patience, CancellationToken.None)
            ?? throw CliException.CannotSee(
                $"no server on UDP port {target!.Port} of {AddressRange.Dotted(target.Address)} consents: no 'loadlab serve' listens there, or one with "
                + $"--consent false");
        if (answer.IsShared)
        {
            throw CliException.CannotSee($"the server at {target} does not consent: another program listens on port {target!.Port}, too");
        }

        Console.Out.WriteLine(answer.Awaited == 0 ? $"{target} consents" : $"{target} consents, and {answer.Ready} of {answer.Awaited} swarms are ready");
        return ExitStatus.Held;
    }
}
