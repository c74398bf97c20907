using LoadLab.Kernel;

namespace LoadLab.Adversary.Tests;

/// <summary>The processes of one start of the program, found by a mark in their environment.</summary>
internal sealed class MarkedProcesses
{
    /// <summary>The value of LOADLAB_TEST_MARK.</summary>
    public string Mark { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Pid and command line of each.</summary>
    public IReadOnlyList<(int Pid, string CommandLine)> All
    {
        get
        {
            var found = new List<(int Pid, string CommandLine)>();
            foreach (var folder in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])))
            {
                try
                {
                    if (File.ReadAllText(Path.Combine(folder, "environ")).Contains(Mark, StringComparison.Ordinal))
                    {
                        found.Add((int.Parse(Path.GetFileName(folder)), File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ')));
                    }
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    // Gone between the listing and the reading, or another user's.
                }
            }

            return found;
        }
    }

    /// <summary>The one of a role.</summary>
    public int Role(string role) => All.First(one => one.CommandLine.Contains($"loadlab role {role}", StringComparison.Ordinal)
        && !one.CommandLine.StartsWith("unshare", StringComparison.Ordinal)).Pid;

    /// <summary>The one that a user has started.</summary>
    public int Outer => All.First(one => one.CommandLine.Contains("loadlab run ", StringComparison.Ordinal)).Pid;

    /// <summary>A server that writes over its environment, as those do that set their title: found in the pid namespace of the conductor.</summary>
    public int Subject(string name)
    {
        var sandbox = new FileInfo($"/proc/{Role("conductor")}/ns/pid").LinkTarget;
        return Directory.EnumerateDirectories("/proc").Select(path => int.TryParse(Path.GetFileName(path), out var pid) ? pid : 0)
            .First(pid => pid > 0 && ProcessTable.NameOf(pid) == name && new FileInfo($"/proc/{pid}/ns/pid").LinkTarget == sandbox);
    }

    /// <summary>Nothing of it is left; what a kill leaves has some seconds to go.</summary>
    public void AreGone() => Assert.True(SpinWait.SpinUntil(() => All.Count == 0, TimeSpan.FromSeconds(10)), $"left over: {string.Join(", ", All)}");
}
