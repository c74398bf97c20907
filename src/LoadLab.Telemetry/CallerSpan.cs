using System.Diagnostics;

namespace LoadLab.Telemetry;

/// <summary>The span of whoever started this process, as the environment tells it: TRACEPARENT and TRACESTATE.</summary>
/// <remarks>W3C Trace Context; as variables: OpenTelemetry's "Environment Variables as Context Propagation Carriers".</remarks>
public static class CallerSpan
{
    /// <summary>The span; an empty one where TRACEPARENT is not set or malformed, as the specification of the header says.</summary>
    public static ActivityContext Of(Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return ActivityContext.TryParse(environment("TRACEPARENT"), environment("TRACESTATE"), isRemote: true, out var caller) ? caller : default;
    }
}
