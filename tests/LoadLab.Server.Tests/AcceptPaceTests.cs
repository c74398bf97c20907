using LoadLab.Model;
using Xunit;

namespace LoadLab.Server.Tests;

public class AcceptPaceTests
{
    [Fact]
    public void ALateWakeUpDoesNotSlowTheRate()
    {
        var pace = new AcceptPace(1000, new Rate(1e6));
        for (var taken = 0; taken < 5; taken++)
        {
            pace.TakenWhenDue();
        }

        Assert.Equal(6000, pace.DueNs);
    }

    [Fact]
    public void AnEmptyQueueSavesNothingUp()
    {
        var pace = new AcceptPace(1000, new Rate(1e6));
        pace.TakenLate(50_000);

        Assert.Equal(51_000, pace.DueNs);
    }

    [Fact]
    public void AThirdOfASecondDoesNotDrift()
    {
        var pace = new AcceptPace(0, new Rate(3));
        for (var taken = 0; taken < 3_000_000; taken++)
        {
            pace.TakenWhenDue();
        }

        Assert.Equal(1_000_000_000_000_000, pace.DueNs);
    }
}
