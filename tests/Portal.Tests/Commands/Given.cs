using System.Globalization;
using System.Text.Json;
using Rollcall.Portal.Commands;

namespace Rollcall.Portal.Tests.Commands;

/// <summary>Commands as the server would tell them.</summary>
internal static class Given
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);

    public static Command Command(long number, string status = "queued", string? parameters = null, int ttl = 3_600, bool late = false) => new(
        string.Create(CultureInfo.InvariantCulture, $"{number:x}-0123456789abcdef01234567"), "a", "ping",
        parameters is null ? null : JsonElement.Parse(parameters), status,
        Noon.AddSeconds(number), Noon.AddSeconds(number + ttl), null, null, null, null, null, late, "operator");

    public static CommandPage Page(string? next, params Command[] commands) => new(commands, next);

    /// <summary>A page's worth of answers, one after the other as the list asks for them.</summary>
    public static void Answer(this CommandList list, params CommandPage[] pages)
    {
        foreach (var (part, page) in list.Due.Zip(pages))
        {
            list.Take(part, page);
        }
    }

    public static long[] Numbers(this CommandList list) => [.. list.Rows.Select(command => command.Number)];
}
