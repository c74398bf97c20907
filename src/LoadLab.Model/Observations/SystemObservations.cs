
namespace LoadLab.Model;

/// <summary>The whole kernel's table of open files, as /proc/sys/fs/file-nr has it: only from a sandbox that is a kernel of its own.</summary>
/// <param name="InUse">Open files of all processes.</param>
/// <param name="Limit">fs.file-max.</param>
public sealed record FilesSeen(long InUse, long Limit) : Observation
{
    /// <inheritdoc/>
    public override void Visit(IObservationVisitor visitor) => visitor.FilesSeen(this);
}

/// <summary>A line of the kernel's log since the variant's start, with its level: only from a sandbox that is a kernel of its own.</summary>
/// <param name="Line">As the kernel has it, e.g. <c>&lt;6&gt;VFS: file-max limit 500 reached</c>.</param>
public sealed record KernelLogged(string Line) : Observation
{
    /// <inheritdoc/>
    public override void Visit(IObservationVisitor visitor) => visitor.KernelLogged(this);
}
