using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>What all parts of a conducted run share: its order, its clock, and where observations go.</summary>
internal sealed record LabContext(LabOrder Order, RunClock Clock, ObservationPipe Pipe, RunOutput Output);
