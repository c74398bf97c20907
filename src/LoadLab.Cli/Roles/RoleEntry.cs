using System.Text.Json;
using LoadLab.Kernel;
using LoadLab.Lab;
using LoadLab.Model;
using LoadLab.Peer;
using LoadLab.Probe;
using LoadLab.Server;
using LoadLab.Swarm;

namespace LoadLab.Cli;

/// <summary>The hidden verb <c>role</c>: the processes of a run, which talk in JSON lines over their standard input and output.</summary>
internal static class RoleEntry
{
    public static async Task<int> RunAsync(string[] args)
    {
        // As CoreCLR does at start-up; native code does not. Refused to nobody: soft may always be raised to hard.
        if (ResourceLimits.Nofile(0) is { } limits)
        {
            _ = ResourceLimits.SetNofile(0, limits with { Soft = limits.Hard });
        }

        // Opened before any limit is lowered: at the fd limit a .NET process cannot even open its console.
        await using var input = Console.OpenStandardInput();
        await using var output = Console.OpenStandardOutput();
        return args switch
        {
            ["conductor"] => await Conductor.RunAsync(input, output, Console.Error),
            ["server", var epoch, var variant, var spec] => await ServerRole.RunAsync(
                JsonSerializer.Deserialize(spec, ModelJson.Default.ServerSpec)!, long.Parse(epoch), variant.Length == 0 ? null
                    : variant, input, output, CancellationToken.None),
            ["swarm", var epoch, var variant, var worker, var threads] =>
                SwarmRole.Run(int.Parse(worker), long.Parse(epoch), variant.Length == 0 ? null
                    : variant, input, output, int.Parse(threads), CancellationToken.None),
            ["peer", var epoch, var variant, var starter, var sandbox, var spec] when EnumWords<SandboxKind>.TryParse(sandbox, out var kind) => PeerRole.Run(
                JsonSerializer.Deserialize(spec, ModelJson.Default.PeerSpec)!, long.Parse(epoch), variant.Length == 0 ? null : variant,
                JsonSerializer.Deserialize(starter, ModelJson.Default.NamespaceIdentity)!, kind, input, output),
            ["probe", var epoch, var variant] => ProbeRole.Run(long.Parse(epoch), variant.Length == 0 ? null : variant, input, output),
            [SyscallBench.Name, var rounds, var batches] => Costs(int.Parse(rounds), int.Parse(batches), output),
            _ => Refuse(),
        };
    }

    private static int Costs(int rounds, int batches, Stream output)
    {
        using var lines = new StreamWriter(output);
        SyscallCosts.Run(rounds, batches, lines);
        return ExitStatus.Held;
    }

    private static int Refuse()
    {
        Console.Error.WriteLine("loadlab: 'role' is for LoadLab itself; 'loadlab --help' lists the verbs");
        return ExitStatus.BadInput;
    }
}
