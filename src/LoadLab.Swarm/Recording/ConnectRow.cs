using System.Runtime.InteropServices;
using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>One connect as it is recorded singly.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ConnectRow(int Wave, long Index, long Intended, long Actual, long End, ConnectOutcome Outcome, Errno Errno)
{
    /// <summary>As a row of <see cref="ConnectRecords"/>.</summary>
    public long[] ToNumbers() => [Wave, Index, Intended, Actual, End, (long)Outcome, Errno.Number];
}
