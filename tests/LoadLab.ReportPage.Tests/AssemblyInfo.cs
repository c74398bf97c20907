[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.Collections, MaxThreads = 2)]
[assembly: AssemblyFixture(typeof(LoadLab.ReportPage.Tests.Browser))]
[assembly: AssemblyFixture(typeof(LoadLab.ReportPage.Tests.Pages))]
