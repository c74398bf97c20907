using LoadLab.Model;
using LoadLab.Reporting.Live;

namespace LoadLab.Cli;

/// <summary>A plain line a second.</summary>
internal sealed class ProgressLines(Plan plan, TextWriter writer) : ProgressView(plan)
{
    private long lastSecond = -1;

    /// <inheritdoc/>
    public override ValueTask DoneAsync() => ValueTask.CompletedTask;

    /// <inheritdoc/>
    protected override void Draw(LiveFrame frame)
    {
        if ((long)frame.Now.Seconds != lastSecond)
        {
            lastSecond = (long)frame.Now.Seconds;
            writer.WriteLine(frame.Line());
            writer.Flush();
        }
    }
}
