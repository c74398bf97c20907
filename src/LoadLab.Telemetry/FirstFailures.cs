using System.Collections.Frozen;
using LoadLab.Model;
using Attribute = System.Collections.Generic.KeyValuePair<string, object?>;

namespace LoadLab.Telemetry;

/// <summary>
/// The first failure of each kind: of a system call with an errno, of a counter that means a handshake or connection was lost, of a retransmission.
/// </summary>
/// <remarks>Not thread-safe. Constant memory: kinds are bounded, and only the first of each is kept.</remarks>
internal sealed class FirstFailures
{
    /// <summary>Counters that move when a handshake or a connection is lost; their first move is seen up to 10 ms late.</summary>
    private static readonly FrozenSet<string> Losses = FrozenSet.Create(
        "TcpExt.ListenOverflows",
        "TcpExt.ListenDrops",
        "TcpExt.TCPReqQFullDrop",
        "TcpExt.TCPReqQFullDoCookies",
        "TcpExt.TCPTimeWaitOverflow",
        "TcpExt.TCPAbortOnTimeout",
        "TcpExt.TCPAbortOnMemory",
        "TcpExt.EmbryonicRsts",
        "Tcp.AttemptFails",
        "Tcp.EstabResets");

    private readonly Dictionary<string, (string Name, Nanoseconds Since, Attribute[] Attributes)> waiting = [];
    private readonly HashSet<string> taken = [];

    public void Record(Observation observation)
    {
        switch (observation)
        {
            case ConnectsCounted counted:
                foreach (var failure in counted.Failures.IsDefault ? [] : counted.Failures)
                {
                    Failed(Role.Swarm, failure.Syscall, failure.Errno, failure.First);
                }

                break;
            case SyscallFailed failed:
                Failed(failed.Role, failed.Syscall, failed.Errno, failed.First);
                break;
            case CountersSeen seen:
                foreach (var name in seen.Delta.Keys.Where(Losses.Contains))
                {
                    Happened("loadlab.counter.moved", name, seen.T, AttributeNames.Counter.Is(name));
                }

                break;
            case Retransmitted { IsScripted: false } sent:
                var segment = EnumWords<RetransmitKind>.Of(sent.Segment).ToUpperInvariant();
                Happened(
                    "loadlab.retransmitted",
                    segment,
                    sent.T,
                    AttributeNames.Segment.Is(segment),
                    "loadlab.tcp.retransmit.delay".Is(sent.SincePrevious.Seconds),
                    "loadlab.from".Is(sent.From),
                    "loadlab.to".Is(sent.To));
                break;
        }
    }

    /// <summary>Those that were not taken yet, the earliest first.</summary>
    public IReadOnlyList<(string Name, Nanoseconds Since, Attribute[] Attributes)> Take()
    {
        var first = waiting.Values.OrderBy(one => one.Since).ToList();
        taken.UnionWith(waiting.Keys);
        waiting.Clear();
        return first;
    }

    private void Failed(Role role, string syscall, Errno errno, Nanoseconds since) => Happened(
        "loadlab.syscall.failed",
        $"{role} {syscall} {errno.Number}",
        since,
        AttributeNames.ErrorType.Is(LoadLabInstruments.TypeOf(errno)),
        AttributeNames.Syscall.Is(syscall),
        AttributeNames.Role.Is(EnumWords<Role>.Of(role)));

    private void Happened(string name, string kind, Nanoseconds since, params Attribute[] attributes)
    {
        var key = $"{name} {kind}";
        if (!taken.Contains(key) && (!waiting.TryGetValue(key, out var earlier) || since < earlier.Since))
        {
            waiting[key] = (name, since, attributes);
        }
    }
}
