using System.Buffers.Binary;
using System.Runtime.InteropServices;
using FsCheck;
using FsCheck.Fluent;
using LoadLab.Kernel.Abi;

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

    [Fact]
    public void ASocketThatADumpTellsTwiceIsCountedOnce()
    {
        var found = new List<DiagSocket>();
        var told = new HashSet<ulong>();
        void Take(ReadOnlySpan<byte> body) => found.Add(DiagMessages.Socket(body));
        Assert.True(DiagMessages.Parse([.. Message(cookie: 7, port: 9000), .. Message(cookie: 8, port: 9001)], Take, told));
        Assert.True(DiagMessages.Parse([.. Message(cookie: 8, port: 9001), .. Message(cookie: 9, port: 9002)], Take, told));
        Assert.Equal([9000, 9001, 9002], found.Select(socket => socket.SourcePort));
    }

    private static byte[] Message(ulong cookie, ushort port)
    {
        var header = new nlmsghdr { nlmsg_len = (uint)(Marshal.SizeOf<nlmsghdr>() + Marshal.SizeOf<inet_diag_msg>()),
            nlmsg_type = Constants.SOCK_DIAG_BY_FAMILY };
        var message = new inet_diag_msg { idiag_state = 1,
            id = new inet_diag_sockid { idiag_sport = BinaryPrimitives.ReverseEndianness(port), idiag_cookie = cookie } };
        return [.. MemoryMarshal.AsBytes(new ReadOnlySpan<nlmsghdr>(in header)), .. MemoryMarshal.AsBytes(new ReadOnlySpan<inet_diag_msg>(in message))];
    }
}
