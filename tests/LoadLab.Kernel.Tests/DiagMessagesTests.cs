using FsCheck;
using FsCheck.Fluent;

namespace LoadLab.Kernel.Tests;

public sealed class DiagMessagesTests
{
    [Fact]
    public void GarbageNeverThrowsAnythingButTheKernelsOwnAnswer() => Prop.ForAll<byte[]>(garbage =>
    {
        try
        {
            _ = DiagMessages.Parse(garbage, []);
        }
        catch (KernelException)
        {
            // NLMSG_ERROR by chance: an answer.
        }

        return true;
    }).QuickCheckThrowOnFailure();
}
