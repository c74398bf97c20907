using Xunit;

// Each of these tests drives sockets with threads of its own, and two cores are all there may be.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
