using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Rollcall.DeviceAgent.Wire;

/// <summary>Turns an HTTP answer, the gateway's or a proxy's, into values.</summary>
internal static class AnswerReader
{
    // A longer wait than this would be a mistake of the sender's, and more than a timer can hold.
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromDays(1);

    public static Reply<T> Read<T>(HttpResponseMessage response, byte[] body, JsonTypeInfo<T> type, TimeProvider clock) where T : class
    {
        if (!response.IsSuccessStatusCode)
        {
            return new(new Answer((int)response.StatusCode, Code(body), RetryAfter(response, clock)), null);
        }

        // A page where JSON should be comes from something in between that says 200 to everything.
        return Parse(body, type) is { } value
            ? new(new Answer((int)response.StatusCode), value)
            : new(Answer.None($"{(int)response.StatusCode} with a body that is not the gateway's"), null);
    }

    public static string? Code(byte[] body) =>
        Parse(body, WireJson.Default.ProblemBody)?.Code is { Length: > 0 and <= 64 } code
            && code.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_')
            ? code
            : null;

    public static TimeSpan RetryAfter(HttpResponseMessage response, TimeProvider clock)
    {
        var header = response.Headers.RetryAfter;
        var wait = header?.Delta ?? (header?.Date is { } date ? date - clock.GetUtcNow() : TimeSpan.Zero);
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestRetryAfter ? LongestRetryAfter : wait;
    }

    private static T? Parse<T>(byte[] body, JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(body, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
