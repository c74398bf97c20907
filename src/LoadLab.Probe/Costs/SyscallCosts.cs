using System.Collections.Immutable;
using System.Globalization;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Probe;

/// <summary>
/// What a call on a connection costs: each of the four ways to write and to read two bytes, in turn, in batches, over one connection to 127.0.0.1.
/// </summary>
/// <remarks>
/// Written and read in batches and timed apart, so that what the two cost is not mixed: within a batch a write finds room and a read finds bytes, so that none
/// of them waits.
/// Two bytes, since readv() and writev() get two buffers. The order of the four moves on with each batch. Concurrency: one thread.
/// </remarks>
public static class SyscallCosts
{
    private const int BytesEach = 2;
    private const int BatchCalls = 2_000;
    private const int WarmUpBatches = 40;

    private static readonly (string Write, string Read, Func<int, byte[], SyscallResult> Writes, Func<int, byte[], SyscallResult> Reads)[] Ways =
    [
        ("write", "read", (fd, bytes) => StreamCalls.Write(fd, bytes), (fd, bytes) => StreamCalls.Read(fd, bytes)),
        ("send", "recv", (fd, bytes) => StreamCalls.Send(fd, bytes, []), (fd, bytes) => StreamCalls.Receive(fd, bytes, [])),
        ("sendmsg", "recvmsg", (fd, bytes) => StreamCalls.SendMessage(fd, bytes, []), (fd, bytes) => StreamCalls.ReceiveMessage(fd, bytes, [])),
        ("writev", "readv", (fd, bytes) => StreamCalls.WriteVector(fd, bytes), (fd, bytes) => StreamCalls.ReadVector(fd, bytes)),
    ];

    /// <summary>The calls, in the order in which a round's figures come.</summary>
    public static ImmutableArray<string> Calls { get; } = [.. Ways.SelectMany(way => (string[])[way.Write, way.Read])];

    /// <summary>Measures so many rounds; a line each, with the nanoseconds a call of each of <see cref="Calls"/>, blanks between them.</summary>
    /// <param name="rounds">How many.</param>
    /// <param name="batches">Batches of each way in a round.</param>
    /// <param name="output">Takes the lines.</param>
    /// <exception cref="KernelException">A call failed.</exception>
    public static void Run(int rounds, int batches, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        LoopbackInterface.BringUp();
        var (writer, reader) = Connect();
        _ = Round(writer, reader, WarmUpBatches);
        for (var round = 0; round < rounds; round++)
        {
            output.WriteLine(string.Join(' ', Round(writer, reader, batches).Select(ns => ns.ToString("0.0", CultureInfo.InvariantCulture))));
            output.Flush();
        }
    }

    private static double[] Round(int writer, int reader, int batches)
    {
        var spent = new long[Ways.Length * 2];
        var bytes = new byte[BytesEach];
        for (var batch = 0; batch < batches * Ways.Length; batch++)
        {
            var way = (batch + (batch / Ways.Length)) % Ways.Length;
            spent[way * 2] += Time(writer, bytes, Ways[way].Writes);
            spent[(way * 2) + 1] += Time(reader, bytes, Ways[way].Reads);
        }

        return [.. spent.Select(ns => (double)ns / (batches * BatchCalls))];
    }

    private static long Time(int fd, byte[] bytes, Func<int, byte[], SyscallResult> call)
    {
        var start = RunClock.MonotonicNs;
        for (var i = 0; i < BatchCalls; i++)
        {
            if (call(fd, bytes) is { Value: not BytesEach } failed)
            {
                throw new KernelException($"a call moved {failed.Value} bytes and not {BytesEach}", failed.Errno);
            }
        }

        return RunClock.MonotonicNs - start;
    }

    private static (int Writer, int Reader) Connect()
    {
        var listener = Made(StreamCalls.Create(SocketFamily.Ipv4, 0), "socket");
        _ = Made(StreamCalls.Bind(listener, SocketEnd.Loopback(SocketFamily.Ipv4, 0)), "bind");
        _ = Made(StreamCalls.Listen(listener, 1), "listen");
        _ = Made(StreamCalls.Name(listener, out var end), "getsockname");
        var writer = Made(StreamCalls.Create(SocketFamily.Ipv4, 0), "socket");
        _ = Made(StreamCalls.Connect(writer, end), "connect");
        return (writer, Made(StreamCalls.Accept(listener, 0), "accept"));
    }

    private static int Made(SyscallResult answer, string what) => answer.IsOk ? (int)answer.Value : throw new KernelException(what, answer.Errno);
}
