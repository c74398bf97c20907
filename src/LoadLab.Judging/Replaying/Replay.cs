using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>Predicts a run again with the delays that it was seen to have: the plan with what the rules then give, or the same plan where there were
/// none.</summary>
/// <param name="plan">The plan as it was before the run.</param>
/// <param name="seen">What a variant was seen to take beyond what a plan allows; null where it kept to that.</param>
public delegate Plan Replay(Plan plan, Func<VariantPlan, RunConditions?> seen);
