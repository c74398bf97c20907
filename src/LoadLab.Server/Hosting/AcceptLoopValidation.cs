using Microsoft.Extensions.Options;

namespace LoadLab.Server;

/// <summary>Refuses options that no server can have, each in a sentence with the key, the value, and what is allowed.</summary>
internal sealed class AcceptLoopValidation : IValidateOptions<AcceptLoopOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, AcceptLoopOptions options)
    {
        string[] refusals = [.. options.Refusals(OwnerOf(name))];
        return refusals.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(refusals);
    }

    private static string OwnerOf(string? name) => name is { Length: > 0 } ? $"{nameof(AcceptLoopOptions)} '{name}'" : nameof(AcceptLoopOptions);
}
