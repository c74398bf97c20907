using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>The kernel's table of open files so far.</summary>
internal sealed class FileSightings
{
    private Nanoseconds? loadBegins;

    /// <summary>The last look; null before the first.</summary>
    public FilesSeen? Last { get; private set; }

    /// <summary>The most that were ever seen open.</summary>
    public long Peak { get; private set; }

    /// <summary>How many were open at the last look before the first load; null without a look.</summary>
    public long? BeforeLoad { get; private set; }

    public void Fold(FilesSeen seen)
    {
        Last = seen;
        BeforeLoad = seen.T <= loadBegins ? seen.InUse : BeforeLoad;
        Peak = Math.Max(Peak, seen.InUse);
    }

    /// <summary>The first load begins at this moment, and is announced before: what is open at the last look until then is what it finds.</summary>
    public void LoadBegins(Nanoseconds at)
    {
        loadBegins = at;
        BeforeLoad = Last?.InUse;
    }

    public FileSightings Copy() => new() { Last = Last, Peak = Peak, BeforeLoad = BeforeLoad, loadBegins = loadBegins };
}
