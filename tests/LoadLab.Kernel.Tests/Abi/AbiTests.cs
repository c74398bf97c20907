using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using LoadLab.Kernel.Abi;

namespace LoadLab.Kernel.Tests.Abi;

public sealed class AbiTests
{
    private const string Headers = """
        #define _GNU_SOURCE
        #include <stddef.h>
        #include <fcntl.h>
        #include <poll.h>
        #include <sched.h>
        #include <signal.h>
        #include <time.h>
        #include <sys/epoll.h>
        #include <sys/eventfd.h>
        #include <sys/ioctl.h>
        #include <sys/mman.h>
        #include <sys/resource.h>
        #include <sys/uio.h>
        #include <sys/socket.h>
        #include <sys/timerfd.h>
        #include <netinet/in.h>
        #include <net/if.h>
        #include <linux/filter.h>
        #include <linux/if_ether.h>
        #include <linux/if_packet.h>
        #include <linux/tcp.h>
        #include <linux/capability.h>
        #include <linux/netlink.h>
        #include <linux/rtnetlink.h>
        #include <linux/sock_diag.h>
        #include <linux/inet_diag.h>
        /* The states are an enum of the kernel's own (include/net/tcp_states.h); the C library has the same names in a header that contradicts linux/tcp.h. */
        enum {
            TCP_ESTABLISHED = 1, TCP_SYN_SENT, TCP_SYN_RECV, TCP_FIN_WAIT1, TCP_FIN_WAIT2, TCP_TIME_WAIT, TCP_CLOSE, TCP_CLOSE_WAIT,
            TCP_LAST_ACK, TCP_LISTEN, TCP_CLOSING
        };
        /* The classic BPF instructions are sums of their parts. */
        #define BPF_LD_W_ABS (BPF_LD | BPF_W | BPF_ABS)
        #define BPF_LD_B_ABS (BPF_LD | BPF_B | BPF_ABS)
        #define BPF_JEQ_K (BPF_JMP | BPF_JEQ | BPF_K)
        #define BPF_JGT_K (BPF_JMP | BPF_JGT | BPF_K)
        #define BPF_JGE_K (BPF_JMP | BPF_JGE | BPF_K)
        #define BPF_RET_K (BPF_RET | BPF_K)
        #ifndef IP_LOCAL_PORT_RANGE
        #define IP_LOCAL_PORT_RANGE 51 /* since 6.3; older headers lack it */
        #endif
        #ifndef TCP_RTO_MAX_MS
        #define TCP_RTO_MAX_MS 44 /* since 6.15; older headers lack it */
        #endif
        #ifndef PACKET_IGNORE_OUTGOING
        #define PACKET_IGNORE_OUTGOING 23 /* since 4.20; older headers lack it */
        #endif

        """;

    /// <summary>What cannot be proved field by field, each with its reason; the test below keeps this list exact.</summary>
    private static readonly Dictionary<string, string> Exceptions = new()
    {
        ["tcp_info.wscales"] = "two bit-fields and more in C: no offsetof",
        ["sockaddr_ll.sll_addr1"] = "second half of sll_addr, which is bytes in C",
        ["sockaddr_in.sin_zero"] = "bytes in C, one number here: same place",
        ["inet_diag_sockid.idiag_src1"] = "second element of idiag_src",
        ["inet_diag_sockid.idiag_src2"] = "third element of idiag_src",
        ["inet_diag_sockid.idiag_src3"] = "fourth element of idiag_src",
        ["inet_diag_sockid.idiag_dst1"] = "second element of idiag_dst",
        ["inet_diag_sockid.idiag_dst2"] = "third element of idiag_dst",
        ["inet_diag_sockid.idiag_dst3"] = "fourth element of idiag_dst",
    };

    /// <summary>Structures of which only the first part is declared, since only that is read.</summary>
    private static readonly HashSet<string> Prefixes = ["tcp_info", "tpacket3_hdr"];

    private static IEnumerable<Type> Structs =>
        typeof(Libc).Assembly.GetTypes().Where(t => t.Namespace == typeof(Libc).Namespace && t is { IsValueType: true, IsEnum: false, IsNested: false });

    private static IEnumerable<FieldInfo> Constants => typeof(Constants).GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.IsLiteral);

    [Fact]
    public void EveryConstantIsTheOneOfTheHeaders()
    {
        Assert.SkipUnless(CProgram.HasCompiler, "needs a C compiler (cc)");
        var source = new StringBuilder(Headers);
        foreach (var constant in Constants)
        {
            _ = source.AppendLine(CultureInfo.InvariantCulture, $"_Static_assert({constant.Name} == {constant.GetRawConstantValue()}, \"{constant.Name}\");");
        }

        Assert.Equal("", CProgram.Complaints(source.ToString()));
    }

    [Fact]
    public void EveryStructureLiesInMemoryAsInTheHeaders()
    {
        Assert.SkipUnless(CProgram.HasCompiler, "needs a C compiler (cc)");
        var source = new StringBuilder(Headers);
        foreach (var type in Structs)
        {
            var size = SizeOf(type);
            _ = source.AppendLine(CultureInfo.InvariantCulture,
                $"_Static_assert(sizeof(struct {type.Name}) {(Prefixes.Contains(type.Name) ? ">=" : "==")} {size}, \"{type.Name}\");");
            foreach (var field in type.GetFields().Where(f => !Exceptions.ContainsKey($"{type.Name}.{f.Name}")))
            {
                _ = source.AppendLine(CultureInfo.InvariantCulture,
                    $"_Static_assert(offsetof(struct {type.Name}, {field.Name}) == {Marshal.OffsetOf(type, field.Name)}, \"{type.Name}.{field.Name}\");");
            }
        }

        Assert.Equal("", CProgram.Complaints(source.ToString()));
    }

    [Fact]
    public void AWrongOffsetWouldBeSeen()
    {
        Assert.SkipUnless(CProgram.HasCompiler, "needs a C compiler (cc)");
        Assert.Contains("static assertion failed",
            CProgram.Complaints(Headers + "_Static_assert(offsetof(struct inet_diag_msg, idiag_rqueue) == 57, \"no\");\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void TheListOfExceptionsNamesOnlyWhatExists()
    {
        var known = Structs.SelectMany(t => t.GetFields().Select(f => $"{t.Name}.{f.Name}")).ToHashSet();
        Assert.Empty(Exceptions.Keys.Except(known));
    }

    private static int SizeOf(Type type) =>
        (int)typeof(System.Runtime.CompilerServices.Unsafe).GetMethod("SizeOf")!.MakeGenericMethod(type).Invoke(null, null)!;
}
