using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Testing;

/// <summary>The other end of <see cref="LimitedProcess"/>: starts it, asks it, and ends it.</summary>
/// <remarks>Concurrency: any thread; one command at a time. The process ends with its standard input, also when the tests' process is killed.</remarks>
internal sealed class LimitedChild : IEndpointCore
{
    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim gate = new(1);
    private readonly Process process;
    private readonly Task<string> complaints;
    private readonly SocketFamily family;
    private readonly UnreadBytes unread;

    private LimitedChild(Process process, SocketFamily family, string runtimeFile)
    {
        (this.process, this.family) = (process, family);
        complaints = process.StandardError.ReadToEndAsync();
        EndPoint = new IPEndPoint(IPAddress.None, 0);
        unread = new UnreadBytes(EndPoint);
        try
        {
            var ready = Line(StartsWithin);
            EndPoint = new IPEndPoint(
                family == SocketFamily.Ipv4 ? IPAddress.Loopback : IPAddress.IPv6Loopback,
                int.Parse(ready[LimitedCommand.Ready.Length..], CultureInfo.InvariantCulture));
            unread = new UnreadBytes(EndPoint);
        }
        catch
        {
            Dispose();
            throw;
        }
        finally
        {
            File.Delete(runtimeFile);
        }
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>Its pid.</summary>
    public int ProcessId => process.Id;

    /// <summary>Starts it; returns when it listens.</summary>
    /// <exception cref="EndpointException">It could not be started.</exception>
    public static LimitedChild Start(SocketFamily family, int backlog, ReadOnlyMemory<byte> answer)
    {
        var runtimeFile = DotnetHost.WriteRuntimeFile();
        try
        {
            var started = Process.Start(DotnetHost.StartOf([$"{family}", $"{backlog}"], runtimeFile))!;
            started.StandardInput.WriteLine(Convert.ToBase64String(answer.Span));
            started.StandardInput.Flush();
            return new LimitedChild(started, family, runtimeFile);
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException)
        {
            File.Delete(runtimeFile);
            throw new EndpointException($"The process of an endpoint at its descriptor limit could not be started: {e.Message}. {DotnetHost.Cure}");
        }
    }

    /// <summary>Has it serve a connection, brings it to its limit, and proves EMFILE.</summary>
    /// <exception cref="EndpointException">It did not come about.</exception>
    public void ReachLimit(int answerBytes)
    {
        var to = SocketEnd.Loopback(family, EndPoint.Port);
        using (var client = new ProbeConnection(to).Connected())
        {
            ConnectionProofs.Answers(client, answerBytes);
        }

        Proof.Must(Proof.Comes(() => Read() is { Accepted: >= 1, Open: 0 }), "a connection should be served before the limit is reached", () => $"{Read()}");
        _ = Ask(LimitedCommand.Limit);
        using (new ProbeConnection(to).Connected())
        {
            Proof.Must(
                Proof.Comes(() => Read() is { DescriptorLimitReached: > 0, AcceptQueue: 1 }),
                "accept4(2) should fail with EMFILE, and the connection stay in the accept queue", () => $"{Read()}");
        }

        _ = Ask(LimitedCommand.Begin);
        var begun = Read();
        Proof.Must(begun is { AcceptQueue: 0, Accepted: 0 }, "with a descriptor accept4(2) should take the connection", () => $"{begun}");
    }

    public EndpointState Read()
    {
        var told = JsonSerializer.Deserialize(Ask(LimitedCommand.State), EndpointJson.Default.EndpointState)!;
        return told with { BytesUnread = unread.Sum() };
    }

    public Task<int> ResetOpenAsync() => Task.Run(() => int.Parse(Ask(LimitedCommand.Reset), CultureInfo.InvariantCulture));

    /// <summary>Has it do something; its answer.</summary>
    /// <exception cref="EndpointException">It has ended, or does not answer.</exception>
    public string Ask(string command)
    {
        gate.Wait();
        try
        {
            process.StandardInput.WriteLine(command);
            process.StandardInput.Flush();
            return Line(AnswersWithin);
        }
        catch (IOException gone)
        {
            throw new EndpointException(
                $"The process {process.Id} of the endpoint at {EndPoint} has ended: {gone.Message}. It was killed, or it is a fault of LoadLab: {Said()}.");
        }
        finally
        {
            _ = gate.Release();
        }
    }

    public void Dispose()
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended before, and a command is still in the buffer.
        }

        if (!process.WaitForExit(EndsWithin))
        {
            process.Kill();
            process.WaitForExit();
        }

        process.Dispose();
        unread.Dispose();
    }

    private string Line(TimeSpan within)
    {
        string? line;
        try
        {
            line = process.StandardOutput.ReadLineAsync().WaitAsync(within).GetAwaiter().GetResult();
        }
        catch (TimeoutException)
        {
            throw new EndpointException(
                $"The process {process.Id} of the endpoint has not answered within {within.TotalSeconds} s: the machine is too busy, or it was stopped.");
        }

        return line is null ? throw new EndpointException($"The process of an endpoint at its descriptor limit has ended: {Said()}. {DotnetHost.Cure}")
            : line.StartsWith(LimitedCommand.Failed, StringComparison.Ordinal) ? throw new EndpointException(line[LimitedCommand.Failed.Length..])
            : line;
    }

    private string Said() => complaints.Wait(EndsWithin) && complaints.Result.Trim() is { Length: > 0 } text ? text : "it said nothing";
}
