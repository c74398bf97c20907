using LoadLab.Kernel;

namespace LoadLab.Runs;

/// <summary>Why there is no run, as a sentence for people.</summary>
public sealed class RunException : Exception
{
    private RunException(string sentence, bool isRefused)
        : base(sentence) => IsRefused = isRefused;

    /// <summary>True when what was asked for is wrong, so that nothing was run; false when this machine cannot run or observe it.</summary>
    public bool IsRefused { get; }

    /// <summary>What was asked for is wrong.</summary>
    public static RunException Refused(string sentence) => new(sentence, true);

    /// <summary>This machine cannot run or observe it.</summary>
    public static RunException Unavailable(string sentence) => new(sentence, false);

    /// <summary>Results cannot be written to a folder.</summary>
    public static RunException Unwritable(string results, Exception cause)
    {
        ArgumentNullException.ThrowIfNull(cause);
        var inContainer = NetworkNamespace.IsTheMachines ? ""
            : ", or, in a container, run it as the folder's owner (user: in compose, LOADLAB_USER=$(id -u):$(id -g) for docker-compose.yml)";
        return Refused($"results cannot be written to {results} ({cause.Message}): name another folder with --out DIR{inContainer}");
    }
}
