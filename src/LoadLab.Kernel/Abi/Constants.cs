namespace LoadLab.Kernel.Abi;

/// <summary>The kernel's constants under the kernel's names. A test compiles each against the C headers.</summary>
internal static partial class Constants
{
    public const int AF_INET = 2;
    public const int AF_INET6 = 10;
    public const int AF_NETLINK = 16;
    public const int SOCK_STREAM = 1;
    public const int SOCK_DGRAM = 2;
    public const int SOCK_RAW = 3;
    public const int SOCK_NONBLOCK = 0x800;
    public const int SOCK_CLOEXEC = 0x80000;
    public const int SOL_SOCKET = 1;
    public const int SO_ERROR = 4;
    public const int SO_REUSEADDR = 2;
    public const int SO_LINGER = 13;
    public const int SO_REUSEPORT = 15;
    public const int SO_OOBINLINE = 10;
    public const int SO_RCVTIMEO = 20;
    public const int SO_MEMINFO = 55;
    public const int SK_MEMINFO_DROPS = 8;
    public const int IPPROTO_IP = 0;
    public const int IP_BIND_ADDRESS_NO_PORT = 24;
    public const int IP_LOCAL_PORT_RANGE = 51;
    public const int IPPROTO_TCP = 6;
    public const int TCP_NODELAY = 1;
    public const int TCP_SYNCNT = 7;
    public const int TCP_LINGER2 = 8;
    public const int TCP_DEFER_ACCEPT = 9;
    public const int TCP_INFO = 11;
    public const int TCP_USER_TIMEOUT = 18;
    public const int TCP_RTO_MAX_MS = 44;
    public const int SHUT_RD = 0;
    public const int SHUT_WR = 1;
    public const int SHUT_RDWR = 2;
    public const int MSG_OOB = 0x1;
    public const int MSG_PEEK = 0x2;
    public const int MSG_WAITALL = 0x100;
    public const int F_DUPFD_CLOEXEC = 1030;
    public const int CLONE_NEWNET = 0x40000000;
    public const int MSG_DONTWAIT = 0x40;
    public const int MSG_NOSIGNAL = 0x4000;
    public const int SIGKILL = 9;
    public const int SIGTERM = 15;
    public const int SIGCONT = 18;
    public const int SIGSTOP = 19;
    public const int FIONBIO = 0x5421;
    public const int FIOCLEX = 0x5451;
    public const int SIOCGIFFLAGS = 0x8913;
    public const int SIOCSIFFLAGS = 0x8914;
    public const int IFF_UP = 1;

    public const int EPOLL_CLOEXEC = 0x80000;
    public const int EPOLL_CTL_ADD = 1;
    public const int EPOLL_CTL_DEL = 2;
    public const int EPOLL_CTL_MOD = 3;
    public const int EPOLLIN = 1;
    public const int EPOLLOUT = 4;
    public const int EPOLLERR = 8;
    public const int EPOLLHUP = 0x10;
    public const int EPOLLRDHUP = 0x2000;
    public const int TFD_NONBLOCK = 0x800;
    public const int TFD_CLOEXEC = 0x80000;
    public const int TFD_TIMER_ABSTIME = 1;
    public const int EFD_NONBLOCK = 0x800;
    public const int EFD_CLOEXEC = 0x80000;
    public const int CLOCK_MONOTONIC = 1;
    public const int TIMER_ABSTIME = 1;
    public const short POLLIN = 1;
    public const short POLLERR = 8;

    public const int RLIMIT_NOFILE = 7;
    public const int CLOCK_PROCESS_CPUTIME_ID = 2;
    public const uint _LINUX_CAPABILITY_VERSION_3 = 0x20080522;
    public const int CAP_SYS_RESOURCE = 24;

    public const int SO_RCVBUF = 8;
    public const int SO_RCVBUFFORCE = 33;
    public const int IPPROTO_RAW = 255;
    public const int SIOCGIFINDEX = 0x8933;

    public const ushort BPF_LD_W_ABS = 0x20;
    public const ushort BPF_LD_B_ABS = 0x30;
    public const ushort BPF_JEQ_K = 0x15;
    public const ushort BPF_JGT_K = 0x25;
    public const ushort BPF_JGE_K = 0x35;
    public const ushort BPF_RET_K = 0x06;

    public const int NETLINK_ROUTE = 0;
    public const int RTM_NEWROUTE = 24;
    public const int RTM_NEWADDR = 20;
    public const byte IFA_F_NODAD = 2;
    public const int IFA_ADDRESS = 1;
    public const int IPPROTO_IPV6 = 41;
    public const int IPV6_JOIN_ANYCAST = 27;
    public const int NLM_F_ACK = 4;
    public const int NLM_F_EXCL = 0x200;
    public const int NLM_F_CREATE = 0x400;
    public const int RT_TABLE_MAIN = 254;
    public const int RTPROT_STATIC = 4;
    public const int RT_SCOPE_LINK = 253;
    public const int RTN_UNICAST = 1;
    public const int RTA_DST = 1;
    public const int RTA_OIF = 4;

    public const int NETLINK_SOCK_DIAG = 4;
    public const int SOCK_DIAG_BY_FAMILY = 20;
    public const int NLM_F_REQUEST = 1;
    public const int NLM_F_DUMP = 0x300;
    public const int NLMSG_ERROR = 2;
    public const int NLMSG_DONE = 3;
    public const int INET_DIAG_SKMEMINFO = 7;

    public const int TCP_ESTABLISHED = 1;
    public const int TCP_SYN_SENT = 2;
    public const int TCP_SYN_RECV = 3;
    public const int TCP_FIN_WAIT1 = 4;
    public const int TCP_FIN_WAIT2 = 5;
    public const int TCP_TIME_WAIT = 6;
    public const int TCP_CLOSE = 7;
    public const int TCP_CLOSE_WAIT = 8;
    public const int TCP_LAST_ACK = 9;
    public const int TCP_LISTEN = 10;
    public const int TCP_CLOSING = 11;
}
