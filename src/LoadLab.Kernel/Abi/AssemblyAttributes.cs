using System.Runtime.CompilerServices;

[assembly: DisableRuntimeMarshalling]
[assembly: InternalsVisibleTo("LoadLab.Benchmarks")]
[assembly: InternalsVisibleTo("LoadLab.Fuzz")]
[assembly: InternalsVisibleTo("LoadLab.Kernel.Tests")]
