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
var folder = Path.Combine("results", $"nbomber-{DateTimeOffset.Now:yyyyMMdd-HHmmss}");
using var run = NBomberRun.Create(target, folder);
using var swarm = new SwarmScenario(run);

// A folder of its own for the report: NBomber deletes what is in it.
var stats = NBomberRunner
    .RegisterScenarios(swarm.Create("connect").WithLoadSimulations(Simulation.Inject(rate: 200, interval: TimeSpan.FromSeconds(1), during: TimeSpan.FromSeconds(10))))
    .WithReportFolder(Path.Combine(folder, "nbomber"))
    .WithReportingInterval(TimeSpan.FromSeconds(5))
    .WithReportingSinks(new ObservationSink(run))
    .WithWorkerPlugins(new KernelPlugin(run))
    .Run();

var connects = stats.ScenarioStats.First(one => one.ScenarioName == "connect");
Console.WriteLine($"{connects.Ok.Request.Count} established, {connects.Fail.Request.Count} failed; observations in {Path.Combine(folder, NBomberRun.FileName)}");
return connects.Ok.Request.Count > 0 ? 0 : 1;
