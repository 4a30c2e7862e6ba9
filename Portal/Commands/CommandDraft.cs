using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Rollcall.Portal.Commands;

/// <summary>The command that is being written, and under which key it is sent.</summary>
public sealed class CommandDraft
{
    private string? _sent;
    private string _key = "";

    public string Name { get; set; } = "";

    /// <summary>JSON as typed; empty: none.</summary>
    public string Parameters { get; set; } = "";

    public int TtlSeconds { get; set; } = TimeToLive.Usual;

    /// <summary>Of <see cref="Parameters"/>; null: they may be sent.</summary>
    public JsonMistake? Mistake => JsonMistake.In(Parameters);

    /// <summary>
    /// What to send now. Sent again because no answer came it has the same key, so that it is one command whatever happened to the
    /// first; changed or answered meanwhile it is another one.
    /// </summary>
    /// <param name="Body">JSON; the parameters to the letter.</param>
    /// <param name="Key">For <c>Idempotency-Key</c>.</param>
    public (string Body, string Key) ToSend()
    {
        var body = Body();
        if (body != _sent)
        {
            (_sent, _key) = (body, Guid.NewGuid().ToString("N"));
        }

        return (body, _key);
    }

    /// <summary>That body is committed: the next one is another command, even if it is the same. What was changed meanwhile stays.</summary>
    public void Committed(string body)
    {
        if (body == Body())
        {
            (Name, Parameters) = ("", "");
        }

        _sent = null;
    }

    /// <summary>The same once more, to be looked at before it is sent.</summary>
    public void Fill(Command command)
    {
        (Name, TtlSeconds, _sent) = (command.Name, command.TtlSeconds, null);
        var text = command.Parameters is { } parameters ? ReadableJson.Of(parameters) : "";
        Parameters = command.Parameters is { } given && JsonMistake.In(text) is not null ? given.GetRawText() : text;
    }

    private string Body()
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("command", Name);
            json.WriteNumber("ttlSeconds", TtlSeconds);
            if (!string.IsNullOrWhiteSpace(Parameters))
            {
                json.WritePropertyName("parameters");

                // It is good JSON when it is sent; until then it is only compared.
                json.WriteRawValue(Parameters.Trim(' ', '\t', '\r', '\n'), skipInputValidation: true);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(body.WrittenSpan);
    }
}
