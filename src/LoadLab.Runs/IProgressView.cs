using LoadLab.Model;

namespace LoadLab.Runs;

/// <summary>Shows how a run goes while it goes, from the same observations that everything else is made of.</summary>
public interface IProgressView
{
    /// <summary>The next observation, from the thread that reads them: it only notes it down.</summary>
    void Take(Observation observation);

    /// <summary>Called four times a second by another thread, never by two at once.</summary>
    void Show();

    /// <summary>The run is over, however it ended: leaves nothing behind that would stand in the report's way.</summary>
    ValueTask DoneAsync();
}
