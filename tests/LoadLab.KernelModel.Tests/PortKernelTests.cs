namespace LoadLab.KernelModel.Tests;

/// <summary>The port table against the kernel of this machine: random ranges, reserved lists, strategies and ends.</summary>
public class PortKernelTests
{
    private const int Cases = 40;
    private static readonly double[] Draws = [0, 1, .. Enumerable.Range(1, 60).Select(draw => draw / 61.0)];

    [Fact]
    public void RandomCasesEndAsTheKernelEndsThem()
    {
        Assert.SkipWhen(KernelDriver.WhyNot is not null, KernelDriver.WhyNot ?? "");
        var count = int.TryParse(Environment.GetEnvironmentVariable("LOADLAB_MODEL_CASES"), out var asked) ? asked : Cases;
        for (var seed = 1; seed <= count; seed++)
        {
            var one = new PortCase(seed);
            var answers = KernelDriver.Run(one.Commands)!;
            var observed = one.Observed(answers);
            var modelled = Draws.Select(draw => one.Modelled(draw)).ToList();
            for (var i = 0; i < observed.Count; i++)
            {
                var (least, most) = (modelled.Min(run => run[i]), modelled.Max(run => run[i]));
                Assert.True(least <= observed[i] && observed[i] <= most,
                    $"case {seed}, figure {i}: the model has {least}..{most}, the kernel "
                    + $"{observed[i]}\n{string.Join('\n', one.Commands.Zip(answers).Select(pair => $"{pair.First} -> {pair.Second.Text}"))}");
            }
        }
    }
}
