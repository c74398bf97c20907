[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: AssemblyFixture(typeof(LoadLab.ReportPage.Tests.Browser))]
[assembly: AssemblyFixture(typeof(LoadLab.ReportPage.Tests.Pages))]
