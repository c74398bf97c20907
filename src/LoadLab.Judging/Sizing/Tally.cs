using LoadLab.Model;

namespace LoadLab.Judging.Sizing;

/// <summary>How often a condition held with one value of a setting.</summary>
internal sealed class Tally
{
    /// <summary>Runs in which it held.</summary>
    public int Held { get; private set; }

    /// <summary>Runs in which it did not.</summary>
    public int Failed { get; private set; }

    /// <summary>Runs that could not be used.</summary>
    public int Unusable { get; private set; }

    /// <summary>Runs that count.</summary>
    public int Usable => Held + Failed;

    /// <summary>True when it held in all of some runs.</summary>
    public bool IsEnough => Held > 0 && Failed == 0;

    /// <summary>True when it held in none of some runs.</summary>
    public bool IsNotEnough => Failed > 0 && Held == 0;

    /// <summary>True when its runs differ.</summary>
    public bool IsMixed => Held > 0 && Failed > 0;

    /// <summary>One more run.</summary>
    public void Add(Outcome outcome)
    {
        switch (outcome)
        {
            case Outcome.Held:
                Held++;
                break;
            case Outcome.Broken:
                Failed++;
                break;
            case Outcome.Inconclusive:
                Unusable++;
                break;
        }
    }
}
