using System.Runtime.InteropServices;
using LoadLab.Kernel.Abi;

namespace LoadLab.Kernel;

/// <summary>Reads one block of a TPACKET_V3 ring; pure.</summary>
/// <remarks>
/// Each packet has a header with the offset of the next one. Nothing outside the block is read: a packet that does not lie in it whole ends the walk.
/// Kernel: net/packet/af_packet.c prb_fill_curr_block, prb_close_block; include/uapi/linux/if_packet.h; seen on 6.18.
/// </remarks>
internal static unsafe class PacketBlock
{
    private const long NsPerSecond = 1_000_000_000;

    /// <summary>Hands each packet to a callback.</summary>
    /// <returns>How many packets.</returns>
    public static int Walk(ReadOnlySpan<byte> block, PacketTaker take)
    {
        if (block.Length < sizeof(tpacket_block_desc))
        {
            return 0;
        }

        var description = MemoryMarshal.Read<tpacket_block_desc>(block).hdr;
        var at = (long)description.offset_to_first_pkt;
        var taken = 0;
        while (taken < description.num_pkts && at + sizeof(tpacket3_hdr) <= block.Length)
        {
            var packet = block[(int)at..];
            var header = MemoryMarshal.Read<tpacket3_hdr>(packet);
            if (header.tp_mac + (long)header.tp_snaplen > packet.Length || header.tp_len > int.MaxValue)
            {
                break;
            }

            take(new CapturedPacket((header.tp_sec * NsPerSecond) + header.tp_nsec, (int)header.tp_len, packet.Slice(header.tp_mac, (int)header.tp_snaplen)));
            taken++;
            if (header.tp_next_offset == 0)
            {
                break;
            }

            at += header.tp_next_offset;
        }

        return taken;
    }
}
