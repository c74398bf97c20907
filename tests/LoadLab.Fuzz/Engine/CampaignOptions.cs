namespace LoadLab.Fuzz;

/// <summary>How long, from which seed, and where files are.</summary>
/// <param name="Time">How long a target is executed at most, for each of its shares.</param>
/// <param name="Most">How many executions at most.</param>
/// <param name="Seed">What mutations follow from.</param>
/// <param name="First">The number of the first mutation.</param>
/// <param name="Corpus">The folder of all corpora.</param>
/// <param name="Grown">Where inputs that reached something new are written; null: nowhere.</param>
/// <param name="Failures">Where inputs that failed are written.</param>
internal sealed record CampaignOptions(TimeSpan Time, long Most, ulong Seed, long First, string Corpus, string? Grown, string Failures);
