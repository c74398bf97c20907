using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Testing;

/// <summary>The process of an endpoint at its descriptor limit: listens, answers commands, and ends with its standard input.</summary>
/// <remarks>
/// At its limit .NET can open no file, so load no assembly, and start no thread: every command is carried out once before, and the parent switches
/// off what would start threads (<see cref="LimitedChild"/>).
/// </remarks>
internal static class LimitedProcess
{
    /// <summary>Runs until standard input ends.</summary>
    /// <param name="args">Family (ipv4, ipv6) and backlog. The first line of input is the answer to requests, in base 64.</param>
    internal static int Main(string[] args)
    {
        using var input = new StreamReader(Console.OpenStandardInput());
        using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        if (args is not [var family, var backlog] || !int.TryParse(backlog, CultureInfo.InvariantCulture, out var queue) || input.ReadLine() is not { } answer)
        {
            output.WriteLine(
                $"{LimitedCommand.Failed}This program is the process of FailingEndpoint.AtDescriptorLimitAsync and not to be called.");
            return 2;
        }

        try
        {
            Serve(Enum.Parse<SocketFamily>(family), queue, Convert.FromBase64String(answer), input, output);
            return 0;
        }
        catch (Exception e) when (e is EndpointException or KernelException)
        {
            output.WriteLine($"{LimitedCommand.Failed}{e.Message}");
            return 1;
        }
    }

    private static void Serve(SocketFamily family, int backlog, byte[] answer, StreamReader input, StreamWriter output)
    {
        AtDescriptorLimit.Lower();
        var listener = ListeningSocket.Open(family, backlog);
        using var core = new ListeningCore(listener, new EndpointThread(listener.Handle, new AcceptsAtOnce(), new AnswersRequests(answer)));
        using var limit = new AtDescriptorLimit(AtDescriptorLimit.Limit);
        core.Thread.Start();
        Rehearse(core);
        output.WriteLine($"{LimitedCommand.Ready} {listener.EndPoint.Port}");
        while (input.ReadLine() is { } command)
        {
            output.WriteLine(Do(command, core, limit));
        }
    }

    private static void Rehearse(ListeningCore core)
    {
        foreach (var own in (Type[])[typeof(LimitedProcess), typeof(SpareDescriptors), typeof(Errno)])
        {
            foreach (var name in own.Assembly.GetReferencedAssemblies())
            {
                _ = Assembly.Load(name);
            }
        }

        _ = core.Ask(() => core.Thread.Follow(new Stalls(long.MaxValue), RunClock.MonotonicNs));
        QueueProofs.Queues(core);
        using var limit = new AtDescriptorLimit(0);
        foreach (var command in (string[])[LimitedCommand.State, LimitedCommand.Limit, LimitedCommand.Begin, LimitedCommand.Reset, LimitedCommand.Free])
        {
            _ = Do(command, core, limit);
        }
    }

    private static string Do(string command, ListeningCore core, AtDescriptorLimit limit)
    {
        switch (command)
        {
            case LimitedCommand.Limit:
                _ = core.Ask(() => core.Thread.Follow(limit, RunClock.MonotonicNs));
                limit.Fill();
                return command;
            case LimitedCommand.Begin:
                limit.Free();
                core.AcceptAndClose(1);
                limit.Fill();
                core.Begin(limit);
                return command;
            case LimitedCommand.Free:
                limit.Free();
                _ = core.Ask(() => core.Thread.Follow(new AcceptsAtOnce(), RunClock.MonotonicNs));
                return command;
            case LimitedCommand.Reset:
                return $"{core.Ask(core.Thread.ResetAll)}";
            case LimitedCommand.State:
                return JsonSerializer.Serialize(core.ReadOwn(), EndpointJson.Default.EndpointState);
            default:
                return $"{LimitedCommand.Failed}No such command: '{command}'.";
        }
    }
}

/// <summary>A state as the process tells it.</summary>
[JsonSerializable(typeof(EndpointState))]
internal sealed partial class EndpointJson : JsonSerializerContext;
