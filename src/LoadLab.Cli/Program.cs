using LoadLab.Cli;

// Roles are started by the dozen, and --version is what scripts ask: neither waits for the command line's machinery.
if (args is ["role", ..])
{
    return await RoleEntry.RunAsync(args[1..]);
}

return args is ["--version"] ? VersionVerb.Run() : await CommandLine.RunAsync(args);
