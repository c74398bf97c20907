using Xunit;

// Real sockets and real time on few cores: one test at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
