using LoadLab.Kernel;
using LoadLab.Model;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace LoadLab.Server;

/// <summary>The server on its own, <c>loadlab serve</c>: a hosted .NET application that any client can talk to.</summary>
public static class ServeHost
{
    /// <summary>Its settings as options and keys of configuration.</summary>
    public static IEnumerable<StandaloneOption> Options => ServeSetting.All.Select(setting => setting.Option);

    /// <summary>Exit status for bad settings and for a place where it cannot listen.</summary>
    private const int Refused = 2;

    /// <summary>Serves until SIGTERM, SIGINT or cancellation.</summary>
    /// <param name="arguments">
    /// Configuration in pairs, <c>--Server:Backlog 4</c> or <c>--Server:Backlog=4</c>; over the environment (<c>LOADLAB_Server__Backlog</c>,
    /// <c>Server__Backlog</c>) and over appsettings.json of the current directory.
    /// </param>
    /// <param name="output">Gets the line with address, port and backlog, and the counts at the end.</param>
    /// <param name="error">Gets a sentence for each thing that is refused. Logs go to the process's standard error.</param>
    /// <param name="cancellation">Stops it gracefully, as SIGTERM does.</param>
    /// <param name="logging">Adds to where logs go; null: nothing.</param>
    /// <param name="observe">
    /// Is given the server's settings before it listens, and answers who gets what a run would record of it: first the <see cref="RoleReady"/> with
    /// the port. null: nobody.
    /// </param>
    /// <param name="since">The clock of the observations; null: one that begins now.</param>
    /// <returns>0 after a graceful stop; 2 when it was refused, and nothing was served.</returns>
    public static async Task<int> RunAsync(
        string[] arguments,
        TextWriter output,
        TextWriter error,
        CancellationToken cancellation,
        Action<ILoggingBuilder>? logging = null,
        Func<ServerSpec, Action<Observation>?>? observe = null,
        RunClock? since = null)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(error);
        var refusals = new List<string>();
        var builder = Configure(arguments, refusals);
        logging?.Invoke(builder.Logging);
        var settings = ServeConfiguration.Read(builder.Configuration, refusals);
        ServeConfiguration.RefuseLogLevels(builder.Configuration, refusals);
        using var server = refusals.Count == 0 ? Open(settings.Spec, refusals) : null;
        using var consent = server is not null && settings.Consent ? OpenConsent(settings.Spec.Address, server.Listeners.Port, refusals) : null;
        if (server is null || refusals.Count > 0)
        {
            return await RefuseAsync(refusals, error);
        }

        var clock = since ?? RunClock.StartNew();
        using var observer = new ServeObserver(observe?.Invoke(settings.Spec with { Port = server.Listeners.Port }), clock);
        builder.Services.AddSingleton(server).AddSingleton(observer).AddSingleton<AcceptService>().AddHostedService(
            services => services.GetRequiredService<AcceptService>());
        if (consent is not null)
        {
            builder.Services.AddSingleton(consent).AddSingleton(new ListenerWatchman(server.Listeners, settings.Spec.Address)).AddSingleton(
                new StartBarrier(settings.Replicas, clock)).AddHostedService<ConsentService>();
        }

        using var host = Build(builder, refusals);
        if (host is null)
        {
            return await RefuseAsync(refusals, error);
        }

        await host.StartAsync(cancellation);
        foreach (var line in Greeting(server))
        {
            await output.WriteLineAsync(line);
        }

        await output.FlushAsync(CancellationToken.None);
        await host.WaitForShutdownAsync(cancellation);
        foreach (var line in host.Services.GetRequiredService<AcceptService>().Counts.Lines())
        {
            await output.WriteLineAsync(line);
        }

        return 0;
    }

    private static async Task<int> RefuseAsync(List<string> refusals, TextWriter error)
    {
        foreach (var refusal in refusals)
        {
            await error.WriteLineAsync(refusal);
        }

        return Refused;
    }

    // The logging library binds its own section when it is built, and throws for what it does not take.
    private static IHost? Build(HostApplicationBuilder builder, List<string> refusals)
    {
        try
        {
            return builder.Build();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException or OverflowException or OptionsValidationException)
        {
            refusals.Add($"the configuration is not taken: {VisibleText.OfLine(e.Message)}");
            return null;
        }
    }

    private static HostApplicationBuilder Configure(string[] arguments, List<string> refusals)
    {
        // Without the defaults: they watch files (which takes descriptors that a server at its limit wants) and do not know LOADLAB_.
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings
        {
            DisableDefaults = true,
            ContentRootPath = Directory.GetCurrentDirectory(),
            EnvironmentName = Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") ?? Environments.Production,
        });
        try
        {
            ServeConfiguration.Server.RefuseStrayArguments(arguments, refusals);
            StandaloneConfiguration.AddSources(builder.Configuration, builder.Environment.EnvironmentName, arguments);
        }
        catch (Exception e) when (e is InvalidDataException or FormatException)
        {
            refusals.Add(e.InnerException is null ? e.Message : $"{e.Message} {e.InnerException.Message}");
        }

        builder.Services.Configure<ConsoleLifetimeOptions>(options => options.SuppressStatusMessages = true);
        builder.Logging
            .AddConfiguration(builder.Configuration.GetSection("Logging"))
            .AddSimpleConsole(options => (options.SingleLine, options.ColorBehavior) = (true, LoggerColorBehavior.Disabled))
            .AddConsole(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        return builder;
    }

    private static TcpServer? Open(ServerSpec spec, List<string> refusals)
    {
        var server = TcpServer.TryOpen(spec, RunClock.StartNew(), startsWithFirst: true, out var refusal);
        if (refusal is not null)
        {
            refusals.Add(refusal);
        }

        return server;
    }

    private static ConsentSocket? OpenConsent(string address, int port, List<string> refusals)
    {
        var socket = ConsentSocket.TryOpen(address, port, out var refusal);
        if (refusal is not null)
        {
            refusals.Add(refusal);
        }

        return socket;
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
