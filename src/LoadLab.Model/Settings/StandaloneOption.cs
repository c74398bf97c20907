namespace LoadLab.Model;

/// <summary>A setting of <c>serve</c> or <c>swarm</c> as an option of the command line and as a key of configuration.</summary>
/// <param name="Key">The key in the verb's section: <c>AcceptThreads</c>, in the environment <c>LOADLAB_Server__AcceptThreads</c>.</param>
/// <param name="Option">The option: <c>--accept-threads</c>.</param>
/// <param name="StandsFor">What stands for its value in the help.</param>
/// <param name="Doc">What it means, and its default.</param>
public sealed record StandaloneOption(string Key, string Option, string StandsFor, string Doc);
