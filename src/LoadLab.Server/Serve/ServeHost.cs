using System.Runtime.ExceptionServices;
using LoadLab.Kernel;
using LoadLab.Model;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LoadLab.Server;

/// <summary>The server on its own, <c>loadlab serve</c>: a program of one hosted accept loop that any client can talk to.</summary>
public static class ServeHost
{
    /// <summary>Exit status for bad settings and for a place where it cannot listen.</summary>
    private const int Refused = 2;

    /// <summary>Its settings as options and keys of configuration.</summary>
    public static IEnumerable<StandaloneOption> Options => ServeSetting.All.Select(setting => setting.Option);

    /// <summary>Serves until SIGTERM, SIGINT or cancellation.</summary>
    /// <param name="arguments">
    /// Configuration in pairs, <c>--Server:Backlog 4</c> or <c>--Server:Backlog=4</c>; over the environment (<c>LOADLAB_Server__Backlog</c>,
    /// <c>Server__Backlog</c>) and over appsettings.json of the current directory.
    /// </param>
    /// <param name="output">Gets the line with address, port and backlog, and the counts at the end.</param>
    /// <param name="error">Gets a sentence for each thing that is refused. Logs go to the process's standard error.</param>
    /// <param name="cancellation">Stops it gracefully, as SIGTERM does.</param>
    /// <param name="configure">Adds services to the host: where logs, metrics and spans go; null: nothing.</param>
    /// <param name="observe">
    /// Is given the server's settings before it accepts, and answers who gets what a run would record of it: first the <see cref="RoleReady"/> with
    /// the port. null: nobody.
    /// </param>
    /// <param name="since">The clock of the observations; null: one that begins now.</param>
    /// <returns>0 after a graceful stop; 2 when it was refused, and nothing was served.</returns>
    /// <exception cref="Exception">What ended a background service, which ended the host with it.</exception>
    public static async Task<int> RunAsync(
        string[] arguments,
        TextWriter output,
        TextWriter error,
        CancellationToken cancellation,
        Action<IHostApplicationBuilder>? configure = null,
        Func<ServerSpec, Action<Observation>?>? observe = null,
        RunClock? since = null)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(error);
        var refusals = new List<string>();
        var builder = ServeBuilder.Create(arguments, refusals);
        configure?.Invoke(builder);
        var settings = ServeConfiguration.Read(builder.Configuration, refusals);
        ServeConfiguration.RefuseLogLevels(builder.Configuration, refusals);
        if (refusals.Count > 0)
        {
            return await RefuseAsync(refusals, error);
        }

        var clock = since ?? RunClock.StartNew();
        using var observer = new ServeObserver(observe, clock);
        ServeBuilder.AddServer(builder.Services, settings, observer, clock);
        builder.Services.AddHostedService(services => new LastWords(AcceptLoopServices.Of(services, Microsoft.Extensions.Options.Options.DefaultName), output));
        using var host = ServeBuilder.Build(builder, refusals);
        if (host is null || !await StartAsync(host, refusals, cancellation))
        {
            return await RefuseAsync(refusals, error);
        }

        var loop = AcceptLoopServices.Of(host.Services, Microsoft.Extensions.Options.Options.DefaultName);
        foreach (var line in Greeting(loop.Server))
        {
            await output.WriteLineAsync(line);
        }

        await output.FlushAsync(CancellationToken.None);
        await host.WaitForShutdownAsync(cancellation);
        ThrowWhatEndedIt(host);
        return 0;
    }

    private static async Task<bool> StartAsync(IHost host, List<string> refusals, CancellationToken cancellation)
    {
        try
        {
            await host.StartAsync(cancellation);
            return true;
        }
        catch (OptionsValidationException e)
        {
            refusals.AddRange(e.Failures);
        }
        catch (AcceptLoopException e)
        {
            refusals.Add(e.Message);
        }

        return false;
    }

    // The host ends with the first background service that fails, and keeps the reason to itself.
    private static void ThrowWhatEndedIt(IHost host)
    {
        foreach (var service in host.Services.GetServices<IHostedService>().OfType<BackgroundService>())
        {
            if (service.ExecuteTask is { IsFaulted: true, Exception.InnerException: { } reason })
            {
                ExceptionDispatchInfo.Throw(reason);
            }
        }
    }

    private static async Task<int> RefuseAsync(List<string> refusals, TextWriter error)
    {
        foreach (var refusal in refusals)
        {
            await error.WriteLineAsync(refusal);
        }

        return Refused;
    }

    private static IEnumerable<string> Greeting(TcpServer server)
    {
        var spec = server.Spec;
        var live = server.Listeners.Sweep()[0].LiveBacklog;
        var each = server.Listeners.Count > 1 ? $", {server.Listeners.Count} listeners, a queue each" : "";
        yield return $"listening on {spec.Address}:{server.Listeners.Port}, backlog {spec.BacklogText} asked, {live} live{each}";
        if (live < spec.Backlog)
        {
            yield return $"net.core.somaxconn clamps the backlog to {live}; to raise it: sysctl -w net.core.somaxconn={spec.Backlog}, then start again";
        }
    }
}
