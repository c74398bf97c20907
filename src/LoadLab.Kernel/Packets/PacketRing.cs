using LoadLab.Kernel.Abi;
using Microsoft.Win32.SafeHandles;
using static LoadLab.Kernel.Abi.Constants;

namespace LoadLab.Kernel;

/// <summary>The memory that a packet socket shares with the kernel, block by block; disposed by its tap, before the socket.</summary>
/// <remarks>
/// A block belongs to the kernel or to us, by its status word. Who has it writes it, and hands it over by writing the status last: so the status is
/// read with acquire and written
/// with release semantics. Kernel: net/packet/af_packet.c prb_close_block, packet_mmap; Documentation/networking/packet_mmap.rst.
/// </remarks>
internal sealed unsafe class PacketRing : SafeHandleMinusOneIsInvalid
{
    private readonly int blockBytes;
    private readonly int blockCount;

    public PacketRing(OwnedDescriptor socket, int blockBytes, int blockCount)
        : base(ownsHandle: true)
    {
        this.blockBytes = blockBytes;
        this.blockCount = blockCount;
        SetHandle(Libc.mmap(0, (nuint)blockBytes * (nuint)blockCount, PROT_READ | PROT_WRITE, MAP_SHARED, socket.Fd, 0));
        if (IsInvalid)
        {
            throw new KernelException("mmap of the packet ring", Libc.LastErrno);
        }
    }

    /// <summary>True when the kernel has handed the block over.</summary>
    public bool IsReady(int block) => (Volatile.Read(ref Block(block)->hdr.block_status) & TP_STATUS_USER) != 0;

    /// <summary>Hands each packet of a block to a callback.</summary>
    public int Walk(int block, PacketTaker take) => PacketBlock.Walk(new ReadOnlySpan<byte>(Block(block), blockBytes), take);

    /// <summary>Gives a block back to the kernel.</summary>
    public void Release(int block) => Volatile.Write(ref Block(block)->hdr.block_status, TP_STATUS_KERNEL);

    protected override bool ReleaseHandle() => Libc.munmap(handle, (nuint)blockBytes * (nuint)blockCount) == 0;

    private tpacket_block_desc* Block(int block) => (tpacket_block_desc*)(handle + ((nint)block * blockBytes));
}
