using System.Collections.Frozen;
using System.Text;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Probe;

/// <summary>A call's answer, and what it read.</summary>
internal readonly record struct SessionAnswer(SyscallResult Result, string? Text = null);

/// <summary>The calls on a socket that steps can make. A new one is a new row.</summary>
internal static class SessionCalls
{
    private const int DefaultRead = 4096;

    private delegate SyscallResult Reads(int fd, Span<byte> into, SessionStep step);

    private delegate SyscallResult Writes(int fd, ReadOnlySpan<byte> bytes, SessionStep step);

    private static readonly FrozenDictionary<SessionCall, Func<SessionStep, int, SessionAnswer>> Rows = new Dictionary<SessionCall, Func<SessionStep, int,
        SessionAnswer>>
    {
        [SessionCall.Read] = Reading((fd, into, _) => StreamCalls.Read(fd, into)),
        [SessionCall.Recv] = Reading((fd, into, step) => StreamCalls.Receive(fd, into, step.Flags)),
        [SessionCall.Recvmsg] = Reading((fd, into, step) => StreamCalls.ReceiveMessage(fd, into, step.Flags)),
        [SessionCall.Readv] = Reading((fd, into, _) => StreamCalls.ReadVector(fd, into)),
        [SessionCall.Write] = Writing((fd, bytes, _) => StreamCalls.Write(fd, bytes)),
        [SessionCall.Send] = Writing((fd, bytes, step) => StreamCalls.Send(fd, bytes, step.Flags)),
        [SessionCall.Sendmsg] = Writing((fd, bytes, step) => StreamCalls.SendMessage(fd, bytes, step.Flags)),
        [SessionCall.Writev] = Writing((fd, bytes, _) => StreamCalls.WriteVector(fd, bytes)),
        [SessionCall.Shutdown] = (step, fd) => new(StreamCalls.Shutdown(fd, step.How)),
        [SessionCall.Setsockopt] = (step, fd) => new(StreamCalls.Set(fd, step.Option, step.Value)),
        [SessionCall.Listen] = (step, fd) => new(StreamCalls.Listen(fd, step.Backlog ?? 128)),
        [SessionCall.Close] = (_, fd) => new(SocketCalls.Close(fd)),
        [SessionCall.Getsockname] = (_, fd) => new(PortOf(StreamCalls.Name(fd, out var end), end)),
        [SessionCall.Getpeername] = (_, fd) => new(PortOf(StreamCalls.PeerName(fd, out var end), end)),
        [SessionCall.SoError] = (_, fd) => new(new SyscallResult(0, SocketCalls.PendingError(fd))),
    }.ToFrozenDictionary();

    /// <summary>True when the call needs nothing but a descriptor and the step.</summary>
    public static bool Knows(SessionCall call) => Rows.ContainsKey(call);

    /// <summary>Makes it on the calling thread, which may block.</summary>
    public static SessionAnswer Make(SessionStep step, int fd) => Rows[step.Call](step, fd);

    /// <summary>A descriptor is the process's own affair: what a session asks is whether there is one.</summary>
    public static SyscallResult WithoutNumber(SyscallResult made) => made.IsOk ? made with { Value = 0 } : made;

    private static SyscallResult PortOf(SyscallResult asked, SocketEnd end) => asked.IsOk ? asked with { Value = end.Port } : asked;

    private static Func<SessionStep, int, SessionAnswer> Reading(Reads read) => (step, fd) =>
    {
        var buffer = new byte[step.Bytes ?? DefaultRead];
        var answer = read(fd, buffer, step);
        return new(answer, answer.IsOk ? Encoding.UTF8.GetString(buffer, 0, (int)answer.Value) : "");
    };

    private static Func<SessionStep, int, SessionAnswer> Writing(Writes write) => (step, fd) =>
    {
        var bytes = step.Text is { } text ? RawPeer.Bytes(text) : Filler(step.Bytes ?? 1);
        return new(write(fd, bytes, step));
    };

    private static byte[] Filler(int count)
    {
        var bytes = new byte[count];
        Array.Fill(bytes, (byte)'x');
        return bytes;
    }
}
