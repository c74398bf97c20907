using System.Collections.Concurrent;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>A line that reached the role: a command, or why it is none.</summary>
internal readonly record struct RoleLine(RoleCommand? Command, string? Error);

/// <summary>Commands as they come.</summary>
/// <remarks>Concurrency: a background thread reads, since a read of standard input cannot be cancelled; one other thread takes, and can be.</remarks>
internal sealed class RoleInbox
{
    private readonly BlockingCollection<RoleLine> lines = [];
    private readonly Stream commands;

    public RoleInbox(Stream commands)
    {
        this.commands = commands;
        new Thread(Read) { IsBackground = true, Name = "swarm commands" }.Start();
    }

    /// <summary>Each line in turn, until the end of input or cancellation.</summary>
    public IEnumerable<RoleLine> Take(CancellationToken cancellation)
    {
        while (Next(cancellation) is { } line)
        {
            yield return line;
        }
    }

    private RoleLine? Next(CancellationToken cancellation)
    {
        try
        {
            return lines.TryTake(out var line, Timeout.Infinite, cancellation) ? line : null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private void Read()
    {
        try
        {
            foreach (var command in CommandPipe.Read(commands))
            {
                lines.Add(new RoleLine(command, null));
            }
        }
        catch (InvalidDataException e)
        {
            lines.Add(new RoleLine(null, e.Message));
        }
        catch (IOException)
        {
            // Whoever gave commands is gone: the end of input in another form.
        }
        finally
        {
            lines.CompleteAdding();
        }
    }
}
