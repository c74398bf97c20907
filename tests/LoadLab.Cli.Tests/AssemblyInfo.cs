using Xunit.Sdk;
using Xunit.v3;

// A run waits for most of its time, in namespaces of its own, so several go on at once. A delay that they make for each other is seen by the run, which is
// inconclusive then and repeated; what still needs the machine for itself has DisableParallelization, and runs when all others are over.
[assembly: Parallelization(Mode = ParallelMode.All, MaxThreads = LoadLab.Cli.Tests.ThisProject.TestsAtOnce, Algorithm = ParallelAlgorithm.Conservative)]
[assembly: AssemblyFixture(typeof(LoadLab.Cli.Tests.WaitingThreads))]
