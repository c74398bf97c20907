namespace LoadLab.Model;

/// <summary>How what a witness says depends on when it looked: it decides which late looks could have changed it.</summary>
public enum WitnessTiming
{
    /// <summary>A total or a present state, read again when the phase ends: a look that came late before has changed nothing.</summary>
    Last,

    /// <summary>The greatest value of all looks: a late look may have missed a greater one.</summary>
    Peak,

    /// <summary>The moment at which a count that only grows was seen to have grown: only a late look just then moves it.</summary>
    Change,

    /// <summary>The last moment of a state that comes and goes: a late look then or later may have missed one.</summary>
    Passing,
}
