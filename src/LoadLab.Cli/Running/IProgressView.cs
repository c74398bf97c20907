using LoadLab.Judging;
using LoadLab.Model;

namespace LoadLab.Cli;

/// <summary>Shows how a run goes while it goes.</summary>
internal interface IProgressView
{
    /// <summary>Called four times a second, never by two threads at once.</summary>
    void Show(Plan plan, Evidence evidence);

    /// <summary>The run is over: leaves nothing behind that would stand in the report's way.</summary>
    void Done();
}
