using System.Text;
using System.Text.Json;

namespace Rollcall.Support.Http;

/// <summary>What came back.</summary>
public sealed class Answer
{
    private readonly Dictionary<string, string> _headers;
    private readonly byte[] _bytes;

    private Answer(int status, Dictionary<string, string> headers, byte[] bytes) => (Status, _headers, _bytes) = (status, headers, bytes);

    public int Status { get; }

    public int Length => _bytes.Length;

    public string Text => Encoding.UTF8.GetString(_bytes);

    public JsonElement Json => field.ValueKind == JsonValueKind.Undefined ? field = JsonElement.Parse(_bytes) : field;

    /// <summary>A header's value; null when it is not there.</summary>
    public string? this[string header] => _headers.GetValueOrDefault(header);

    /// <summary>A member of the JSON body.</summary>
    public JsonElement Of(string member) => Json.GetProperty(member);

    public string? TextOf(string member) => Of(member).GetString();

    /// <summary>Asserts the status.</summary>
    public Answer Is(int status)
    {
        Assert.True(Status == status, $"{status} expected, but {Status}: {Text}");
        return this;
    }

    /// <summary>Asserts that it is no problem.</summary>
    public Answer Succeeded()
    {
        Assert.True(Status is >= 200 and < 300, $"A success expected, but {Status}: {Text}");
        return this;
    }

    /// <summary>Asserts a problem.</summary>
    public Answer Refused(int status, string code)
    {
        Is(status);
        Assert.Equal(code, TextOf("code"));
        return this;
    }

    public override string ToString() => $"{Status} {Text}";

    public static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        var headers = response.Headers.Concat(response.Content.Headers)
            .Concat(response.Headers.TransferEncodingChunked == true ? [new("chunked", ["true"])] : [])
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        return new Answer((int)response.StatusCode, headers, await response.Content.ReadAsByteArrayAsync());
    }
}
