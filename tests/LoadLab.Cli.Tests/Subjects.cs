namespace LoadLab.Cli.Tests;

/// <summary>Servers that are not ours, as tests start them.</summary>
internal static class Subjects
{
    /// <summary>What listens where; its live backlog under the kernel's default somaxconn.</summary>
    public static TheoryData<string, long> Names => new() { { "nginx", 511 }, { "redis", 511 }, { "kestrel", 512 } };

    /// <summary>The options of a run with this subject; the test is skipped, by name, where it is not installed.</summary>
    public static string[] Options(string name, TemporaryFolder folder)
    {
        Assert.SkipUnless(Host.HasNamespaces, "needs namespaces (unshare), which this host forbids");
        Assert.SkipUnless(name == "kestrel" || Host.Has(name == "redis" ? "redis-server" : name), $"{name} is not installed");
        return name switch
        {
            "nginx" => ["--subject", $"nginx -c {NginxConfiguration(folder)}", "--target", "127.0.0.1:8080"],
            "redis" => ["--subject", "redis-server --port 6390 --save '' --appendonly no --dir /tmp", "--target", "127.0.0.1:6390"],
            "kestrel" => ["--subject", $"dotnet {Kestrel} --urls http://127.0.0.1:8090", "--target", "127.0.0.1:8090"],
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such subject"),
        };
    }

    // Beside the tests' own assembly in the tree of builds: tests/KestrelSubject/bin/Debug/net10.0.
    private static string Kestrel => Path.Combine(AppContext.BaseDirectory.Replace("LoadLab.Cli.Tests", "KestrelSubject", StringComparison.Ordinal),
        "KestrelSubject.dll");

    // In a user namespace there is one user, root: nginx must not look for another to give its workers to.
    private static string NginxConfiguration(TemporaryFolder folder)
    {
        var file = Path.Combine(folder.Path, "nginx.conf");
        File.WriteAllText(
            file,
            $$"""
            user root;
            daemon off;
            worker_processes 1;
            pid {{folder.Path}}/nginx.pid;
            error_log stderr;
            events { worker_connections 4096; }
            http { access_log off; server { listen 127.0.0.1:8080; location / { return 200 ok; } } }
            """);
        return file;
    }
}
