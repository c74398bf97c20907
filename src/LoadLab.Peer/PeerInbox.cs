using System.Collections.Concurrent;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Peer;

/// <summary>Commands as they come.</summary>
/// <remarks>
/// Concurrency: a background thread reads, since a read of standard input blocks, and calls <paramref name="arrived"/> after each line; one other
/// thread takes.
/// </remarks>
internal sealed class PeerInbox(Stream commands, Action arrived)
{
    private readonly ConcurrentQueue<RoleCommand> lines = [];
    private volatile string? badLine;
    private volatile bool isEnding;

    /// <summary>Stop was said or the input has ended: what takes long should end early.</summary>
    public bool IsEnding => isEnding;

    /// <summary>Why a line was no command; null while each was one.</summary>
    public string? BadLine => badLine;

    /// <summary>Starts reading.</summary>
    public void Start() => new Thread(Read) { IsBackground = true, Name = "peer commands" }.Start();

    /// <summary>The next command; false when none is there yet.</summary>
    public bool TryTake(out RoleCommand? command) => lines.TryDequeue(out command);

    private void Read()
    {
        try
        {
            foreach (var command in CommandPipe.Read(commands))
            {
                lines.Enqueue(command);
                isEnding |= command is StopCommand;
                arrived();
            }
        }
        catch (InvalidDataException e)
        {
            badLine = e.Message;
        }
        catch (IOException)
        {
            // Whoever gave commands is gone: the end of input in another form.
        }

        isEnding = true;
        arrived();
    }
}
