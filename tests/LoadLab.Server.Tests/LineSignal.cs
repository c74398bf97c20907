namespace LoadLab.Server.Tests;

/// <summary>Output whose first line can be awaited.</summary>
internal sealed class LineSignal : StringWriter
{
    private readonly TaskCompletionSource<string> first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<string> FirstLine => first.Task;

    public override async Task WriteLineAsync(string? value)
    {
        await base.WriteLineAsync(value);
        _ = first.TrySetResult(value!);
    }
}
