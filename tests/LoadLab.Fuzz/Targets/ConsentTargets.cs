using System.Text.Json;
using LoadLab.Model;

namespace LoadLab.Fuzz;

/// <summary>Datagrams of consent: the question as a server reads it, the answer as a swarm does.</summary>
internal static class ConsentTargets
{
    private const string Nonce = "0123456789abcdef";
    private const int Port = 9000;

    public static FuzzTarget Ask { get; } = new("consent-ask", TakeAsk, "\"nonce\":", "\"replica\":", "\"is_ready\":true", "\"padding\":", "\\ud800", "\\u202e")
    {
        MostBytes = ConsentToken.LongestMessage,
    };

    public static FuzzTarget Answer { get; } = new("consent-answer", TakeAnswer, "\"token\":", ConsentToken.Of(Nonce, Port), ConsentToken.Refusal(Nonce, Port),
        "\"is_shared\":true", "\"starts_in\":", "\"listeners\":", "\"awaited\":")
    {
        MostBytes = ConsentToken.LongestMessage,
    };

    private static void TakeAsk(ReadOnlySpan<byte> input)
    {
        if (ConsentAsk.Parse(input) is not { } ask)
        {
            return;
        }

        // The name becomes part of a line of a log, and the nonce part of the answer.
        Invariant.Holds(VisibleText.IsPlain(ask.Replica) && !ask.Replica.Contains('\n') && !ask.Replica.Contains('\t'));
        Invariant.Holds(ask is { Nonce.Length: > 0 and <= 64, Replica.Length: > 0 });
        var answer = new ConsentAnswer(ConsentToken.Of(ask.Nonce, Port), int.MaxValue, int.MaxValue, new Nanoseconds(long.MinValue), ulong.MaxValue);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(answer, ModelJson.Default.ConsentAnswer);
        Invariant.Same(ConsentAnswer.Parse(bytes, ask.Nonce, Port), answer);

        // What a swarm asks is long enough for the longest answer.
        var question = JsonSerializer.SerializeToUtf8Bytes(ConsentAsk.Padded(Nonce, ask.Replica, ask.IsReady), ModelJson.Default.ConsentAsk);
        var longest = JsonSerializer.SerializeToUtf8Bytes(
            new ConsentAnswer(ConsentToken.Refusal(Nonce, 65535), int.MaxValue, int.MaxValue, new Nanoseconds(long.MinValue), ulong.MaxValue, true),
            ModelJson.Default.ConsentAnswer);
        Invariant.Holds(longest.Length <= question.Length);
    }

    private static void TakeAnswer(ReadOnlySpan<byte> input)
    {
        if (ConsentAnswer.Parse(input, Nonce, Port) is not { } answer)
        {
            return;
        }

        Invariant.Holds(answer.Token == (answer.IsShared ? ConsentToken.Refusal(Nonce, Port) : ConsentToken.Of(Nonce, Port)));
        Invariant.Holds(ConsentAnswer.Parse(input, Nonce, Port + 1) is null && ConsentAnswer.Parse(input, Nonce + "0", Port) is null);
        Invariant.Same(ConsentAnswer.Parse(JsonSerializer.SerializeToUtf8Bytes(answer, ModelJson.Default.ConsentAnswer), Nonce, Port), answer);
    }
}
