using LoadLab.Cli;

return await LastResort.RunAsync(() =>
{
    // Roles are started by the dozen, and --version is what scripts ask: neither waits for the command line's machinery.
    if (args is ["role", ..])
    {
        return RoleEntry.RunAsync(args[1..]);
    }

    StandardStreams.Install();
    return args is ["--version"] ? Task.FromResult(StandardStreams.Settle(VersionVerb.Run(), isAnswerElsewhere: false)) : CommandLine.RunAsync(args);
});
