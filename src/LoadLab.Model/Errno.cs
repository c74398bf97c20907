using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>What the kernel answered to a system call that failed; <see cref="None"/> when it did not fail.</summary>
/// <remarks>
/// Unit: the number of errno(3). In JSON it is its name ("EMFILE"), an unnamed one "E" and its number. Source: include/uapi/asm-generic/errno-base.h,
/// errno.h.
/// </remarks>
[JsonConverter(typeof(ErrnoJsonConverter))]
public readonly record struct Errno(int Number)
{
    private static readonly FrozenDictionary<int, (string Name, string Sentence)> Known = new Dictionary<int, (string, string)>
    {
        [0] = ("OK", "no error"),
        [1] = ("EPERM", "operation not permitted"),
        [2] = ("ENOENT", "no such file or directory"),
        [3] = ("ESRCH", "no such process"),
        [4] = ("EINTR", "interrupted system call"),
        [5] = ("EIO", "input/output error"),
        [9] = ("EBADF", "bad file descriptor"),
        [11] = ("EAGAIN", "try again: nothing is there yet"),
        [12] = ("ENOMEM", "out of memory"),
        [13] = ("EACCES", "permission denied"),
        [14] = ("EFAULT", "bad address"),
        [16] = ("EBUSY", "device or resource busy"),
        [17] = ("EEXIST", "file exists"),
        [22] = ("EINVAL", "invalid argument"),
        [23] = ("ENFILE", "the whole system's table of open files is full (fs.file-max)"),
        [24] = ("EMFILE", "this process is at its fd limit (RLIMIT_NOFILE)"),
        [28] = ("ENOSPC", "no space left on device"),
        [30] = ("EROFS", "read-only file system"),
        [32] = ("EPIPE", "broken pipe"),
        [38] = ("ENOSYS", "this kernel has no such system call"),
        [71] = ("EPROTO", "protocol error"),
        [88] = ("ENOTSOCK", "not a socket"),
        [90] = ("EMSGSIZE", "message too long"),
        [92] = ("ENOPROTOOPT", "this kernel has no such socket option"),
        [93] = ("EPROTONOSUPPORT", "protocol not supported"),
        [95] = ("EOPNOTSUPP", "operation not supported"),
        [97] = ("EAFNOSUPPORT", "address family not supported"),
        [98] = ("EADDRINUSE", "address already in use"),
        [99] = ("EADDRNOTAVAIL", "no ephemeral port left for this destination, or not an address of this host"),
        [100] = ("ENETDOWN", "network is down"),
        [101] = ("ENETUNREACH", "network is unreachable"),
        [103] = ("ECONNABORTED", "connection aborted"),
        [104] = ("ECONNRESET", "connection reset by peer"),
        [105] = ("ENOBUFS", "no buffer space available"),
        [106] = ("EISCONN", "already connected"),
        [107] = ("ENOTCONN", "not connected"),
        [110] = ("ETIMEDOUT", "connection timed out"),
        [111] = ("ECONNREFUSED", "connection refused"),
        [113] = ("EHOSTUNREACH", "no route to host"),
        [114] = ("EALREADY", "a connect is already in progress"),
        [115] = ("EINPROGRESS", "the connect has begun and goes on"),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, int> Numbers = Known.ToFrozenDictionary(pair => pair.Value.Name, pair => pair.Key);

    /// <summary>No error.</summary>
    public static Errno None => default;

    /// <summary>No such file or directory.</summary>
    public static Errno ENOENT => new(2);

    /// <summary>ESRCH: there is no such process.</summary>
    public static Errno ESRCH => new(3);

    /// <summary>EINTR: a signal came first.</summary>
    public static Errno EINTR => new(4);

    /// <summary>EAGAIN: nothing there yet on a non-blocking descriptor.</summary>
    public static Errno EAGAIN => new(11);

    /// <summary>EEXIST: there already.</summary>
    public static Errno EEXIST => new(17);

    /// <summary>EINVAL.</summary>
    public static Errno EINVAL => new(22);

    /// <summary>ENFILE: <c>fs.file-max</c> reached.</summary>
    public static Errno ENFILE => new(23);

    /// <summary>EMFILE: RLIMIT_NOFILE reached.</summary>
    public static Errno EMFILE => new(24);

    /// <summary>EADDRINUSE.</summary>
    public static Errno EADDRINUSE => new(98);

    /// <summary>EADDRNOTAVAIL: no ephemeral port left for this destination.</summary>
    public static Errno EADDRNOTAVAIL => new(99);

    /// <summary>ECONNRESET.</summary>
    public static Errno ECONNRESET => new(104);

    /// <summary>ETIMEDOUT: from the kernel after its last retransmission, or from a connect time-out of the swarm.</summary>
    public static Errno ETIMEDOUT => new(110);

    /// <summary>ECONNREFUSED.</summary>
    public static Errno ECONNREFUSED => new(111);

    /// <summary>EALREADY: connect() asked again while the handshake goes on.</summary>
    public static Errno EALREADY => new(114);

    /// <summary>EINPROGRESS: a non-blocking connect() has begun.</summary>
    public static Errno EINPROGRESS => new(115);

    /// <summary>The kernel's name for it, e.g. <c>EMFILE</c>; <c>OK</c> for 0; <c>E</c> and the number when it has none here.</summary>
    public string Name => Known.TryGetValue(Number, out var known) ? known.Name : $"E{Number}";

    /// <summary>What it means, as half a sentence.</summary>
    public string Sentence => Known.TryGetValue(Number, out var known) ? known.Sentence : "an error this table does not name";

    /// <summary>True when the call did not fail.</summary>
    public bool IsNone => Number == 0;

    /// <summary>The errno of a name, as <see cref="Name"/> writes it.</summary>
    public static bool TryParse(string? name, out Errno errno)
    {
        if (name is not null && Numbers.TryGetValue(name, out var number))
        {
            errno = new Errno(number);
            return true;
        }

        errno = default;
        if (name is not { Length: > 1 } || name[0] != 'E' || !int.TryParse(name.AsSpan(1), out number))
        {
            return false;
        }

        errno = new Errno(number);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Number}: {Sentence})";
}

internal sealed class ErrnoJsonConverter : JsonConverter<Errno>
{
    public override Errno Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Errno.TryParse(reader.GetString(), out var errno) ? errno : throw new JsonException($"'{reader.GetString()}' is no errno name");

    public override void Write(Utf8JsonWriter writer, Errno value, JsonSerializerOptions options) => writer.WriteStringValue(value.Name);

    public override Errno ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Read(ref reader, typeToConvert, options);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, Errno value, JsonSerializerOptions options) => writer.WritePropertyName(value.Name);
}
