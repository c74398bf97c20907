using Xunit;

// The role's threads and pipes are real, and two cores are all there may be.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
