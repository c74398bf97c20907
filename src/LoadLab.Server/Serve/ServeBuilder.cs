using LoadLab.Kernel;
using LoadLab.Model;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace LoadLab.Server;

/// <summary>Makes the host of a server on its own: where configuration comes from, where logs go, who starts and stops it, and its services.</summary>
internal static class ServeBuilder
{
    // What ends a start or the host is said in one sentence by whoever runs it; the host would log the same with a stack trace.
    private const string HostCategory = "Microsoft.Extensions.Hosting.Internal.Host";

    /// <summary>The builder, and a sentence for each source of configuration that is malformed.</summary>
    public static HostApplicationBuilder Create(string[] arguments, List<string> refusals)
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
        AddLogging(builder);

        // A unit of Type=notify: READY=1 once it listens, STOPPING=1 when it ends. Elsewhere it does nothing.
        builder.Services.AddSystemd();
        builder.Services.PostConfigure<ConsoleLoggerOptions>(options => options.FormatterName = FormatterOf(builder) ?? options.FormatterName);
        return builder;
    }

    /// <summary>Adds the accept loop and, where swarms get consent, who gives it.</summary>
    public static void AddServer(IServiceCollection services, ServeSettings settings, ServeObserver observer, RunClock clock)
    {
        services.AddKeyedSingleton(Options.DefaultName, observer).AddAcceptLoop(options => options.Spec = settings.Spec);
        if (settings.Consent)
        {
            services.AddHostedService(provider => new ConsentService(
                AcceptLoopServices.Of(provider, Options.DefaultName),
                new StartBarrier(settings.Replicas, clock),
                observer,
                provider.GetRequiredService<ILogger<ConsentService>>()));
        }
    }

    /// <summary>The host; null and a sentence when the logging library does not take its section: it binds that when it is built, and throws.</summary>
    public static IHost? Build(HostApplicationBuilder builder, List<string> refusals)
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

    // What is set before AddConsole is a default, which Logging:Console and its FormatterOptions replace.
    private static void AddLogging(HostApplicationBuilder builder)
    {
        builder.Services.Configure<SimpleConsoleFormatterOptions>(options =>
            (options.SingleLine, options.ColorBehavior) = (true, LoggerColorBehavior.Disabled));
        builder.Services.Configure<ConsoleLoggerOptions>(
            options => (options.LogToStandardErrorThreshold, options.FormatterName) = (LogLevel.Trace, ConsoleFormatterNames.Simple));
        builder.Logging
            .AddConfiguration(builder.Configuration.GetSection(StandaloneConfiguration.LoggingSection))
            .AddFilter(HostCategory, LogLevel.None)
            .AddFilter<ConsoleLoggerProvider>(HostCategory, LogLevel.None)
            .AddConsole();
    }

    private static string? FormatterOf(HostApplicationBuilder builder) =>
        builder.Configuration[$"{StandaloneConfiguration.LoggingSection}:Console:FormatterName"] is { Length: > 0 } name ? name : null;
}
