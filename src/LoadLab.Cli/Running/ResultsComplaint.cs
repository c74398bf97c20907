using LoadLab.Kernel;

namespace LoadLab.Cli;

/// <summary>Why results cannot be written, with what to do.</summary>
internal static class ResultsComplaint
{
    /// <summary>Of a folder and what the kernel said to it.</summary>
    public static Complaint Of(string results, Exception e) => Complaint.BadInput(
        $"results cannot be written to {results} ({e.Message}): name another folder with --out DIR{(NetworkNamespace.IsTheMachines ? "" : ", or, in a container, run it as the folder's owner (user: in compose, LOADLAB_USER=$(id -u):$(id -g) for docker-compose.yml)")}");
}
