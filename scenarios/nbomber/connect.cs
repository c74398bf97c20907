#:project ../../src/LoadLab.NBomber
#:property NBomber=true
#:property PublishAot=false
#:property NoWarn=CA1416

// LoadLab's clients as an NBomber scenario, with the kernel's side in NBomber's report.
//
//   ./loadlab serve --port 9000 --backlog 4 --accept 'paced 50/s' &
//   dotnet run scenarios/nbomber/connect.cs -p:NBomber=true -- 127.0.0.1:9000
using LoadLab.NBomber;
using NBomber.CSharp;

var target = args is [var first, ..] ? first : "127.0.0.1:9000";
using var run = NBomberRun.Create(target, "results", command: $"dotnet run scenarios/nbomber/connect.cs -p:NBomber=true -- {target}");
using var swarm = new SwarmScenario(run);
var stats = NBomberRunner
    .RegisterScenarios(swarm.Create("connect").WithLoadSimulations(
        Simulation.Inject(rate: 200, interval: TimeSpan.FromSeconds(1), during: TimeSpan.FromSeconds(10))))
    .WithReportFolder(run.ReportFolder)
    .WithReportingInterval(TimeSpan.FromSeconds(5))
    .WithReportingSinks(new ObservationSink(run))
    .WithWorkerPlugins(new KernelPlugin(run))
    .Run();

var connects = stats.ScenarioStats.First(one => one.ScenarioName == "connect");
Console.WriteLine($"{connects.Ok.Request.Count} established, {connects.Fail.Request.Count} failed; the result: ./loadlab report {run.Folder}");
return connects.Ok.Request.Count > 0 ? 0 : 1;
