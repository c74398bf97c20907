// EmfileIsNotEnfile lowers this process's own limit: nothing may run beside it.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
