using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LoadLab.Cli.Tests;

namespace LoadLab.Telemetry.Tests;

/// <summary>A watch beside ss(8), ten times a second, about an nginx under load that stands still now and then.</summary>
public sealed class InspectBesideSsTests(ITestOutputHelper output)
{
    private const int Backlog = 8;
    private const int Rounds = 4;
    private const int LooksPerHalf = 12;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task TheAcceptQueueOfALoadedNginxIsWhatSsSays()
    {
        Assert.SkipUnless(Host.Has("nginx") && Host.Has("ss"), "nginx or ss is not installed");
        using var folder = new TemporaryFolder();
        var (port, scraped) = (PrometheusTests.FreePort(), PrometheusTests.FreePort());
        using var nginx = Nginx(folder, port);
        using var watch = Launcher.Start(null, "inspect", "--watch", "--prometheus", $":{scraped}", "--every", "100ms");
        using var load = new CancellationTokenSource();
        try
        {
            _ = await watch.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
            while (Queue(await PrometheusTests.Fetch(scraped), port) is null)
            {
                // Its first look is under way.
            }

            var loading = Task.Run(() => LoadAsync(port, load.Token), TestContext.Current.CancellationToken);
            var looks = await LookAsync(nginx.Id, port, scraped);
            await load.CancelAsync();
            await loading;

            // A look of the watch is up to a tick old, and late on a busy machine: it has to lie within what ss saw around that moment.
            var agreeing = Enumerable.Range(3, looks.Count - 5).Count(at => Around(looks, at) is var (least, most) && looks[at].Watch >= least
                && looks[at].Watch <= most);
            var share = (double)agreeing / (looks.Count - 5);
            output.WriteLine($"{looks.Count} looks, {share:P1} of the watch's within what ss saw from 300 ms before to 200 ms after; "
                + $"queue 0 to {looks.Max(one => one.Ss)}");
            Assert.Equal((Backlog + 1, Backlog + 1), (looks.Max(one => one.Ss), looks.Max(one => one.Watch)));
            Assert.Equal((0, 0), (looks.Min(one => one.Ss), looks.Min(one => one.Watch)));
            Assert.True(share >= 0.85, string.Join(' ', looks.Select(one => $"{one.Ss}/{one.Watch}")));
        }
        finally
        {
            await load.CancelAsync();
            nginx.Kill();
            watch.Kill();
        }
    }

    private static (long Least, long Most) Around(List<(long Ss, long Watch)> looks, int at)
    {
        var near = looks.Skip(at - 3).Take(6).Select(one => one.Ss).ToList();
        return (near.Min(), near.Max());
    }

    private static async Task<List<(long Ss, long Watch)>> LookAsync(int nginx, int port, int scraped)
    {
        var looks = new List<(long Ss, long Watch)>();
        using var timer = new PeriodicTimer(Tick);
        for (var at = 0; at < 2 * Rounds * LooksPerHalf; at++)
        {
            if (at % LooksPerHalf == 0)
            {
                Signal(at / LooksPerHalf % 2 == 0 ? "CONT" : "STOP", nginx);
            }

            _ = await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            var text = await PrometheusTests.Fetch(scraped);
            looks.Add((QueueBySs(port), Queue(text, port) ?? -1));
        }

        Signal("CONT", nginx);
        return looks;
    }

    private static long? Queue(string text, int port) =>
        PrometheusTests.Value(text, "loadlab_server_accept_queue_usage", $"loadlab_listener=\"127.0.0.1:{port}\"");

    // Recv-Q of a listener is its accept queue.
    private static long QueueBySs(int port)
    {
        using var ss = Process.Start(new ProcessStartInfo("ss", ["-ltnH", $"sport = :{port}"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var words = ss.StandardOutput.ReadToEnd().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        ss.WaitForExit();
        return long.Parse(words[1]);
    }

    // A hundred connects a second, each with a request: none waits for the one before.
    private static async Task LoadAsync(int port, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        var open = new Queue<Socket>();
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
                try
                {
                    client.Connect(new IPEndPoint(IPAddress.Loopback, port));
                }
                catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
                {
                    // Its handshake goes on.
                }

                open.Enqueue(client);
                if (open.Count > 20)
                {
                    open.Dequeue().Dispose();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The test has seen enough.
        }

        foreach (var client in open)
        {
            client.Dispose();
        }
    }

    private static Process Nginx(TemporaryFolder folder, int port)
    {
        var file = folder.Write("nginx.conf", $$"""
            daemon off;
            master_process off;
            pid {{folder.Path}}/nginx.pid;
            error_log stderr;
            events { worker_connections 4096; }
            http { access_log off; server { listen 127.0.0.1:{{port}} backlog={{Backlog}}; location / { return 200 ok; } } }
            """);
        var nginx = Process.Start(new ProcessStartInfo("nginx", ["-e", "stderr", "-c", file]) { RedirectStandardError = true, UseShellExecute = false })!;
        _ = nginx.StandardError.ReadToEndAsync();
        Assert.True(SpinWait.SpinUntil(() => Listens(port), TimeSpan.FromSeconds(20)), "nginx does not listen");
        return nginx;
    }

    private static bool Listens(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static void Signal(string signal, int pid)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{pid}"]);
        kill.WaitForExit();
    }
}
