using System.Collections.Immutable;
using static LoadLab.Kernel.Abi.Constants;

namespace LoadLab.Kernel;

/// <summary>The names of the TCP states as RFC 9293 spells them, by the kernel's number.</summary>
/// <remarks>Kernel: include/net/tcp_states.h. SYN-RECEIVED is spelt SYN-RECV, as ss(8) does.</remarks>
public static class TcpStates
{
    private static readonly ImmutableArray<(int Number, string Name)> Known =
    [
        (TCP_ESTABLISHED, "ESTABLISHED"), (TCP_SYN_SENT, "SYN-SENT"), (TCP_SYN_RECV, "SYN-RECV"), (TCP_FIN_WAIT1, "FIN-WAIT-1"),
        (TCP_FIN_WAIT2, "FIN-WAIT-2"), (TCP_TIME_WAIT, "TIME-WAIT"), (TCP_CLOSE, "CLOSE"), (TCP_CLOSE_WAIT, "CLOSE-WAIT"),
        (TCP_LAST_ACK, "LAST-ACK"), (TCP_LISTEN, "LISTEN"), (TCP_CLOSING, "CLOSING"),
    ];

    /// <summary>True for a socket in LISTEN.</summary>
    public static bool IsListener(DiagConnection one) => IsIn(one, TCP_LISTEN);

    /// <summary>True for a half-open request.</summary>
    public static bool IsHalfOpen(DiagConnection one) => IsIn(one, TCP_SYN_RECV);

    /// <summary>The peer has closed, this end has not.</summary>
    public static bool IsCloseWait(DiagConnection one) => IsIn(one, TCP_CLOSE_WAIT);

    /// <summary>True for what is left of a connection in TIME-WAIT.</summary>
    public static bool IsTimeWait(DiagConnection one) => IsIn(one, TCP_TIME_WAIT);

    /// <summary>The name of a state; its number in words when this table does not know it.</summary>
    public static string NameOf(int number)
    {
        foreach (var (known, name) in Known)
        {
            if (known == number)
            {
                return name;
            }
        }

        return $"STATE-{number}";
    }

    private static bool IsIn(DiagConnection one, int state)
    {
        ArgumentNullException.ThrowIfNull(one);
        return one.Socket.State == state;
    }
}
