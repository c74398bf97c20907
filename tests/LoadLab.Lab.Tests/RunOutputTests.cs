using System.Diagnostics;
using LoadLab.Model;

namespace LoadLab.Lab.Tests;

/// <summary>A reader that is stopped holds up its writers.</summary>
public sealed class RunOutputTests
{
    private static readonly Nanoseconds Stopped = Nanoseconds.FromMilliseconds(30);

    [Fact]
    public async Task TheLongestWaitForTheReaderIsKnownOnce()
    {
        using var reader = new StoppedReader();
        await using var output = new RunOutput(reader);
        output.Write([1]);
        var before = output.TakeHeldUp();
        Assert.True(before < Stopped, $"{before}");

        reader.Stop();
        var writing = Task.Run(() => output.Write([2]), TestContext.Current.CancellationToken);
        Assert.True(reader.IsWaitedFor.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        var since = Stopwatch.StartNew();
        SpinWait.SpinUntil(() => since.ElapsedMilliseconds >= 30);
        reader.Continue();
        await writing;
        Assert.True(output.TakeHeldUp() >= Stopped);
        Assert.Equal(Nanoseconds.Zero, output.TakeHeldUp());
    }

    private sealed class StoppedReader : MemoryStream
    {
        private readonly ManualResetEventSlim goesOn = new(initialState: true);

        public ManualResetEventSlim IsWaitedFor { get; } = new();

        public void Stop() => goesOn.Reset();

        public void Continue() => goesOn.Set();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (!goesOn.IsSet)
            {
                IsWaitedFor.Set();
                goesOn.Wait();
            }

            base.Write(buffer);
        }

        protected override void Dispose(bool disposing)
        {
            goesOn.Dispose();
            IsWaitedFor.Dispose();
            base.Dispose(disposing);
        }
    }
}
