using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LoadLab.Server;

/// <summary>Adds accept loops to a Generic Host: each listens, accepts and ends with the host.</summary>
public static class AcceptLoopServices
{
    /// <summary>Adds the accept loop without a name; its <see cref="IAcceptLoop"/> is an ordinary service.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Sets its options.</param>
    /// <exception cref="ArgumentException">There is one already.</exception>
    public static IServiceCollection AddAcceptLoop(this IServiceCollection services, Action<AcceptLoopOptions> configure) =>
        Add(services, Options.DefaultName, options => options.Configure(configure)).AddSingleton<IAcceptLoop>(provider => Of(provider, Options.DefaultName));

    /// <summary>Adds the accept loop without a name, with the options of a section.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="section">Its keys are the properties of <see cref="AcceptLoopOptions"/>; a key that is none ends the host's start.</param>
    /// <exception cref="ArgumentException">There is one already.</exception>
    public static IServiceCollection AddAcceptLoop(this IServiceCollection services, IConfigurationSection section) =>
        AddAcceptLoop(services, options => options.Take(section));

    /// <summary>Adds an accept loop with a name; its <see cref="IAcceptLoop"/> is a keyed service.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="name">Its name, and the key.</param>
    /// <param name="configure">Sets its options.</param>
    /// <exception cref="ArgumentException">There is one of this name already, or the name is empty.</exception>
    public static IServiceCollection AddAcceptLoop(this IServiceCollection services, string name, Action<AcceptLoopOptions> configure)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Add(services, name, options => options.Configure(configure)).AddKeyedSingleton<IAcceptLoop>(name, (provider, _) => Of(provider, name));
    }

    /// <summary>Adds an accept loop with a name, with the options of a section.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="name">Its name, and the key.</param>
    /// <param name="section">Its keys are the properties of <see cref="AcceptLoopOptions"/>; a key that is none ends the host's start.</param>
    /// <exception cref="ArgumentException">There is one of this name already, or the name is empty.</exception>
    public static IServiceCollection AddAcceptLoop(this IServiceCollection services, string name, IConfigurationSection section) =>
        AddAcceptLoop(services, name, options => options.Take(section));

    /// <summary>The loop of a name.</summary>
    internal static HostedAcceptLoop Of(IServiceProvider provider, string name) => provider.GetRequiredKeyedService<HostedAcceptLoop>(name);

    private static IServiceCollection Add(IServiceCollection services, string name, Action<OptionsBuilder<AcceptLoopOptions>> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.Any(one => one.IsKeyedService && one.ServiceType == typeof(HostedAcceptLoop) && name.Equals(one.ServiceKey)))
        {
            throw new ArgumentException(
                $"an accept loop {(name.Length > 0 ? $"named '{name}'" : "without a name")} has been added already: give the other one another name",
                    nameof(name));
        }

        configure(services.AddOptions<AcceptLoopOptions>(name).ValidateOnStart());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AcceptLoopOptions>, AcceptLoopValidation>());
        services.AddLogging();
        return services
            .AddKeyedSingleton(name, (provider, _) => new HostedAcceptLoop(
                name,
                provider.GetRequiredService<IOptionsMonitor<AcceptLoopOptions>>(),
                provider.GetRequiredService<ILogger<HostedAcceptLoop>>(),
                provider.GetKeyedService<ServeObserver>(name)))
            // Not AddHostedService: it keeps one of a type.
            .AddSingleton<IHostedService>(provider => Of(provider, name));
    }
}
