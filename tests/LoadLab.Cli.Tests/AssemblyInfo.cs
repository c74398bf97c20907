// Each test runs real sandboxes on a machine of few cores: side by side they would measure each other.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
