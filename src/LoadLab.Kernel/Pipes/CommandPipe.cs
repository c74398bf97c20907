using System.Text;
using System.Text.Json;
using LoadLab.Model;

namespace LoadLab.Kernel;

/// <summary>The way commands reach a role: one JSON line each on its standard input. End of input means that whoever gave them is gone.</summary>
public static class CommandPipe
{
    /// <summary>Reads commands until the end of input. Blocks between them.</summary>
    /// <exception cref="InvalidDataException">A line is no command: the two ends are of different versions.</exception>
    public static IEnumerable<RoleCommand> Read(Stream input)
    {
        using var reader = new StreamReader(input, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, bufferSize: 4096, leaveOpen: true);
        while (reader.ReadLine() is { } line)
        {
            yield return Parse(line);
        }
    }

    /// <summary>One command as a line, with its newline.</summary>
    public static byte[] ToLine(RoleCommand command) => [.. JsonSerializer.SerializeToUtf8Bytes(command, ModelJson.Default.RoleCommand), (byte)'\n'];

    /// <summary>
    /// Writes and reads one of each command, without recording it: the first of each kind costs what the just-in-time compiler takes, and a load should not
    /// start late for that.
    /// </summary>
    public static void WarmUp()
    {
        RoleCommand[] each =
        [
            new BeginCommand(1, default),
            new LoadCommand(1, 0, new SwarmSpec { Sources = AddressRange.Loopback }, 1, "127.0.0.1", 1, 1, 2, default, LoadUntil.Issued),
            new ListenCommand(1, 1),
            new AcceptCommand(1, AcceptPolicy.Eager, default),
            new EndClientsCommand(1, ClientEnd.Close, 1),
            new SendCommand(1, 1, 1),
            new DeferAcceptCommand(1, default),
            new PeerCommand(1, new PeerAction(PeerSegment.Syn, 1, null, 1), "127.0.0.1", 1),
            new ProbeCommand(1, new ProbeStep("", ProbeCall.Getrlimit)),
            new ReportCommand(1),
            new StopCommand(1),
        ];
        foreach (var command in each)
        {
            using var line = new MemoryStream(ToLine(command));
            _ = Read(line).Count();
        }
    }

    private static RoleCommand Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, ModelJson.Default.RoleCommand) ?? throw new InvalidDataException("a command line was null");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"'{line}' is no command: {e.Message}", e);
        }
    }
}
