namespace LoadLab.Kernel.Abi;

/// <summary>What AF_PACKET, its ring and its filter need.</summary>
internal static partial class Constants
{
    public const int AF_PACKET = 17;
    public const int SOL_PACKET = 263;
    public const int PACKET_RX_RING = 5;
    public const int PACKET_STATISTICS = 6;
    public const int PACKET_VERSION = 10;
    public const int PACKET_IGNORE_OUTGOING = 23;
    public const int PACKET_OUTGOING = 4;
    public const int TPACKET_V3 = 2;
    public const uint TP_STATUS_KERNEL = 0;
    public const uint TP_STATUS_USER = 1;
    public const int SO_ATTACH_FILTER = 26;
    public const int ETH_P_ALL = 3;
    public const int ETH_P_IP = 0x800;
    public const int ETH_P_IPV6 = 0x86DD;
    public const int IPPROTO_HOPOPTS = 0;
    public const int IPPROTO_ROUTING = 43;
    public const int IPPROTO_DSTOPTS = 60;
    public const int PROT_READ = 1;
    public const int PROT_WRITE = 2;
    public const int MAP_SHARED = 1;
    public const int CLOCK_REALTIME = 0;
    public const int CLOCK_THREAD_CPUTIME_ID = 3;

    public const int SKF_AD_OFF = -0x1000;
    public const int SKF_AD_PKTTYPE = 4;
    public const int BPF_LD = 0;
    public const int BPF_LDX = 1;
    public const int BPF_ST = 2;
    public const int BPF_ALU = 4;
    public const int BPF_JMP = 5;
    public const int BPF_RET = 6;
    public const int BPF_MISC = 7;
    public const int BPF_H = 8;
    public const int BPF_B = 0x10;
    public const int BPF_IMM = 0;
    public const int BPF_ABS = 0x20;
    public const int BPF_IND = 0x40;
    public const int BPF_MEM = 0x60;
    public const int BPF_MSH = 0xA0;
    public const int BPF_ADD = 0;
    public const int BPF_LSH = 0x60;
    public const int BPF_RSH = 0x70;
    public const int BPF_JA = 0;
    public const int BPF_JEQ = 0x10;
    public const int BPF_JGT = 0x20;
    public const int BPF_JGE = 0x30;
    public const int BPF_JSET = 0x40;
    public const int BPF_K = 0;
    public const int BPF_X = 8;
    public const int BPF_A = 0x10;
    public const int BPF_TAX = 0;
}
