using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;

// Time and allocation of one operation, in this process: the harness need not build a project for each benchmark. What the kernel does beside it is
// measured by 'loadlab bench'.
//   dotnet run -c Release --project tests/LoadLab.Benchmarks -- --filter '*'
//   dotnet run --project tests/LoadLab.Benchmarks -- --filter '*Frame*' --job dry      once, to see that it runs
var isSmoke = args.Contains("dry");
IConfig config = isSmoke ? DefaultConfig.Instance.WithOptions(ConfigOptions.DisableOptimizationsValidator) : DefaultConfig.Instance;
var folder = Path.Combine(Path.GetTempPath(), "loadlab-benchmarks");
var summaries = BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run([.. args, "--inProcess", "--memory", "--artifacts", folder], config).ToList();
var failed = summaries.Sum(summary => summary.Reports.Count(report => !report.Success) + summary.ValidationErrors.Count(error => error.IsCritical));
return summaries.Count > 0 && failed == 0 ? 0 : 1;
