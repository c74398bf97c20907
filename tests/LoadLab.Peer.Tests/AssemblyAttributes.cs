using Xunit;

// The role's threads and pipes are real, and two cores are all there may be.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
