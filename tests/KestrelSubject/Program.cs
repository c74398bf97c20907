// A server as a template makes it: what it does at the fd limit is Kestrel's doing, not ours.
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
var app = builder.Build();
app.MapGet("/", () => "ok");
app.Run();
