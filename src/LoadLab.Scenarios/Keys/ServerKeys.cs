using LoadLab.Model;
using LoadLab.Scenarios.Yaml;

namespace LoadLab.Scenarios.Keys;

/// <summary>The keys of <c>server</c>.</summary>
internal static class ServerKeys
{
    /// <summary>The table.</summary>
    public static KeyTable<ServerSpec> Table { get; } = new("The server under load.", [], SettingKey<ServerSpec>.Of(ServerSettings.Rows));

    /// <summary>Reads the mapping and what follows from it.</summary>
    public static ServerSpec Read(ServerSpec server, Declared declared, string path, Reading reading)
    {
        server = Table.Read(server, declared, path, reading);
        if (server.Listeners == 1 || declared is not DeclaredMapping mapping)
        {
            return server;
        }

        if (mapping.Find("reuseport") is { } reuse && !server.ReusePort)
        {
            reading.Error(reuse.Place,
                $"{path}.reuseport is false, but {path}.listeners is {server.Listeners}: several listeners on one port need SO_REUSEPORT; leave reuseport "
                + $"out or set listeners to 1");
        }

        return server with { ReusePort = true };
    }
}
