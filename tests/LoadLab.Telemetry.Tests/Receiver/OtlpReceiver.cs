using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace LoadLab.Telemetry.Tests;

/// <summary>An OTLP receiver: HTTP with protobuf on one port, gRPC on another. It decodes with messages generated from the protocol's own files.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private const int GrpcPrefix = 5;
    private readonly WebApplication server;
    private readonly ConcurrentQueue<string> paths = new();

    private OtlpReceiver(WebApplication server) => this.server = server;

    /// <summary>Each export of metrics, in the order of arrival.</summary>
    public ConcurrentQueue<ExportMetricsServiceRequest> Metrics { get; } = new();

    /// <summary>Each export of spans.</summary>
    public ConcurrentQueue<ExportTraceServiceRequest> Traces { get; } = new();

    /// <summary>Each export of log records.</summary>
    public ConcurrentQueue<ExportLogsServiceRequest> Logs { get; } = new();

    /// <summary>The path of each request.</summary>
    public IReadOnlyCollection<string> Paths => paths;

    /// <summary>Starts it on two free ports.</summary>
    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            options.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        var built = builder.Build();
        var receiver = new OtlpReceiver(built);
        receiver.Map("/v1/metrics", "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", ExportMetricsServiceRequest.Parser, receiver.Metrics);
        receiver.Map("/v1/traces", "/opentelemetry.proto.collector.trace.v1.TraceService/Export", ExportTraceServiceRequest.Parser, receiver.Traces);
        receiver.Map("/v1/logs", "/opentelemetry.proto.collector.logs.v1.LogsService/Export", ExportLogsServiceRequest.Parser, receiver.Logs);
        await built.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>The variables by which a program exports to it.</summary>
    /// <param name="protocol">grpc or http/protobuf.</param>
    public Dictionary<string, string> Environment(string protocol) => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = server.Urls.ElementAt(protocol == "grpc" ? 1 : 0),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol,
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "100",
    };

    public async ValueTask DisposeAsync() => await server.DisposeAsync();

    private void Map<T>(string http, string grpc, MessageParser<T> parser, ConcurrentQueue<T> into)
        where T : IMessage<T>
    {
        server.MapPost(http, async context =>
        {
            paths.Enqueue(http);
            into.Enqueue(parser.ParseFrom(await Body(context)));
            context.Response.ContentType = "application/x-protobuf";
        });
        server.MapPost(grpc, async context =>
        {
            paths.Enqueue(grpc);
            var body = await Body(context);
            var length = (int)BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(1));
            into.Enqueue(parser.ParseFrom(body, GrpcPrefix, length));
            context.Response.ContentType = "application/grpc";
            context.Response.DeclareTrailer("grpc-status");

            // An empty answer message: not compressed, 0 bytes.
            await context.Response.Body.WriteAsync(new byte[GrpcPrefix]);
            context.Response.AppendTrailer("grpc-status", "0");
        });
    }

    private static async Task<byte[]> Body(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        return body.ToArray();
    }
}
