using System.Net;

namespace LoadLab.Kernel;

/// <summary>One socket as sock_diag reports it, with its addresses.</summary>
/// <param name="Socket">State, queues, inode, drops.</param>
/// <param name="Local">Its own end.</param>
/// <param name="Remote">The peer's end; port 0 for a listener.</param>
/// <remarks>Kernel: net/ipv4/inet_diag.c inet_diag_msg_common_fill; an IPv4 connection of an IPv6 socket has IPv4 addresses here. Seen on 6.18.</remarks>
public sealed record DiagConnection(DiagSocket Socket, IPEndPoint Local, IPEndPoint Remote);
