namespace LoadLab.Cli.Tests;

/// <summary>The Debian package, made of the program that the tests start and taken apart again, away from any clone.</summary>
public sealed class DebPackageTests(DebPackageTests.Unpacked package) : IClassFixture<DebPackageTests.Unpacked>
{
    private const string Missing = "needs dpkg-deb";

    [Fact]
    public void ItSaysWhatItIsAndWhatItNeeds()
    {
        Assert.SkipUnless(Host.Has("dpkg-deb"), Missing);
        var fields = package.Ask("--field").Split('\n').Select(line => line.Split(": ", 2)).Where(parts => parts.Length == 2 && parts[0][0] != ' ')
            .ToDictionary(parts => parts[0], parts => parts[1]);
        Assert.Equal("loadlab", fields["Package"]);
        Assert.Equal(Launcher.Run("version").Output.Split('+')[0].Replace('-', '~'), fields["Version"]);
        Assert.Equal($"loadlab_{fields["Version"]}_{fields["Architecture"]}.deb", Path.GetFileName(package.File));
        Assert.Matches(@"libc6 \(>= 2\.[0-9]+\), util-linux", fields["Depends"]);
        Assert.Equal(
            File.Exists(Path.Combine(Launcher.Root, ".build", "app", "loadlab.dll")), fields["Depends"].Contains("libstdc++6", StringComparison.Ordinal));
    }

    [Fact]
    public void ItHasPagesCompletionLicencesAndUnits()
    {
        Assert.SkipUnless(Host.Has("dpkg-deb"), Missing);
        var contents = package.Ask("--contents").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(contents, line => Assert.Contains(" root/root ", line, StringComparison.Ordinal));
        var paths = contents.Select(line => line[line.IndexOf("./", StringComparison.Ordinal)..].Split(" -> ")[0]).ToHashSet();
        string[] files =
        [
            "bin/loadlab", "lib/loadlab/loadlab", "lib/systemd/system/loadlab-serve.service", "lib/systemd/system/loadlab-inspect.service",
            "share/man/man1/loadlab.1.gz", "share/man/man1/loadlab-run.1.gz", "share/doc/loadlab/LICENSE", "share/doc/loadlab/THIRD-PARTY-NOTICES.txt",
            "share/doc/loadlab/copyright", "share/doc/loadlab/changelog.gz", "share/bash-completion/completions/loadlab",
            "share/zsh/vendor-completions/_loadlab", "share/fish/vendor_completions.d/loadlab.fish", "share/loadlab/scenarios/scenario.schema.json",
        ];
        Assert.All(files, file => Assert.Contains($"./usr/{file}", paths));
        Assert.DoesNotContain(paths, path => path.EndsWith(".pdb", StringComparison.Ordinal) || path.EndsWith(".dbg", StringComparison.Ordinal));
        Assert.DoesNotContain(paths, path => path.Contains("scenarios/testing", StringComparison.Ordinal));
        Assert.NotEmpty(File.ReadAllText(package.Path("usr/share/bash-completion/completions/loadlab")));

        // What a unit starts is in the package.
        foreach (var unit in Directory.GetFiles(package.Path("usr/lib/systemd/system")))
        {
            var program = File.ReadAllLines(unit).Single(line => line.StartsWith("ExecStart=", StringComparison.Ordinal))["ExecStart=".Length..].Split(' ')[0];
            Assert.Contains($".{program}", paths);
        }
    }

    [Fact]
    public void WhatIsInstalledFindsItsScenarios()
    {
        Assert.SkipUnless(Host.Has("dpkg-deb"), Missing);
        var version = package.Call("version");
        Assert.Equal((0, Launcher.Run("version").Output), (version.Exit, version.Output));
        var listed = package.Call("list");
        Assert.True(listed.Exit == 0, listed.ToString());
        Assert.Contains("backlog-overflow", listed.Output, StringComparison.Ordinal);
        Assert.Equal(Launcher.Run("list").Output, listed.Output);
    }

    [Fact]
    public void AFolderWithoutTheProgramIsASentence()
    {
        Assert.SkipUnless(Host.Has("dpkg-deb"), Missing);
        var called = OtherProgram.Run("sh", [Unpacked.Script, "/nowhere", "/nowhere"], "/", []);
        Assert.Equal((2, "deb.sh: /nowhere/loadlab is not a program: publish it first\n"), (called.Exit, called.Error));
    }

    /// <summary>Made and taken apart once for all tests of the class.</summary>
    public sealed class Unpacked : IDisposable
    {
        // As a shell of a user has it: where the launcher says where the clone is, the package has to find its own files.
        private static readonly Dictionary<string, string> Alone = new() { ["DOTNET_EnableDiagnostics"] = "0" };

        private readonly TemporaryFolder folder = new();

        public Unpacked()
        {
            if (!Host.Has("dpkg-deb"))
            {
                return;
            }

            // Builds it where it is not there yet.
            Assert.Equal(0, Launcher.Run("--version").Exit);

            // A release is packed smaller; a test need not wait for that.
            var quick = new Dictionary<string, string>(Alone) { ["DPKG_DEB_COMPRESSOR_TYPE"] = "gzip", ["DPKG_DEB_COMPRESSOR_LEVEL"] = "1" };
            var made = OtherProgram.Run("sh", [Script, System.IO.Path.Combine(Launcher.Root, ".build", "app"), folder.Path], "/", quick);
            Assert.True(made.Exit == 0, made.ToString());
            File = made.Output.Trim();
            var unpacked = OtherProgram.Run("dpkg-deb", ["--extract", File, Path("")], "/", []);
            Assert.True(unpacked.Exit == 0, unpacked.ToString());
            Directory.CreateDirectory(System.IO.Path.Combine(folder.Path, "empty"));
        }

        public string File { get; } = "";

        internal static string Script => System.IO.Path.Combine(Launcher.Root, "packaging", "deb.sh");

        public string Path(string path) => System.IO.Path.Combine(folder.Path, "root", path);

        public void Dispose() => folder.Dispose();

        internal string Ask(string question) => OtherProgram.Run("dpkg-deb", [question, File], "/", []).Output;

        internal Called Call(params string[] arguments) =>
            OtherProgram.Run("env", ["-u", "LOADLAB_ROOT", Path("usr/bin/loadlab"), .. arguments], System.IO.Path.Combine(folder.Path, "empty"), Alone);
    }
}
