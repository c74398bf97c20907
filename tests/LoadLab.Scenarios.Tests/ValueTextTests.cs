using LoadLab.Model;

namespace LoadLab.Scenarios.Tests;

/// <summary>Plans, orders and results have values in the form of scenario files: what is read back is what was written.</summary>
public sealed class ValueTextTests
{
    [Theory]
    [InlineData("40/s", "40/s")]
    [InlineData("1/min", "0.016666666666666666/s")]
    [InlineData("0.000001/s", "0.000001/s")]
    [InlineData("0.00000123456789/s", "0.00000123456788999999999226632/s")]
    [InlineData("1234567.1234567/s", "1234567.1234567/s")]
    public void ARateIsReadBackAsTheSame(string asked, string written)
    {
        Assert.True(Rate.TryParse(asked, out var rate));
        Assert.Equal(written, rate.ToString());
        Assert.True(Rate.TryParse(written, out var again));
        Assert.Equal(rate, again);
    }

    [Theory]
    [InlineData("0/s")]
    [InlineData("0.0000001/s")]
    [InlineData("0.00001/min")]
    [InlineData("NaN")]
    [InlineData("Infinity/s")]
    public void ARateThatIsWrittenAsNoneIsNone(string text) => Assert.False(Rate.TryParse(text, out _));

    [Theory]
    [InlineData("stalled 1s 500ms", "stalled 1s 500ms")]
    [InlineData("stalled 1.2345678s 0.0001ms", "stalled 1.2345678s 100ns")]
    [InlineData("paced 1/min", "paced 0.016666666666666666/s")]
    public void AnAcceptPolicyIsReadBackAsTheSame(string asked, string written)
    {
        Assert.True(AcceptPolicy.TryParse(asked, out var policy));
        Assert.Equal(written, policy.ToString());
        Assert.True(AcceptPolicy.TryParse(written, out var again));
        Assert.Equal(policy, again);
    }

    [Theory]
    [InlineData("backoff 5ms 1s", "backoff 5ms 1s")]
    [InlineData("sleep 1234567ns", "sleep 1.234567ms")]
    public void APolicyAtTheFdLimitIsReadBackAsTheSame(string asked, string written)
    {
        Assert.True(AtLimitPolicy.TryParse(asked, out var policy));
        Assert.Equal(written, policy.ToString());
        Assert.True(AtLimitPolicy.TryParse(written, out var again));
        Assert.Equal(policy, again);
    }
}
