// EmfileIsNotEnfile lowers this process's own limit: nothing may run beside it.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
