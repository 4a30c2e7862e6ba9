using System.Text.Json;
using Microsoft.OpenApi;

namespace Rollcall.Http;

/// <summary>JSON that is given on, of so many bytes at most; <see cref="JsonText"/> says what else.</summary>
internal sealed class JsonWithinAttribute(int mostBytes) : RuleAttribute
{
    public override void Check(Validation validation, string member, object? value) =>
        validation.Add(JsonText.Check(member, (JsonElement?)value, mostBytes));

    public override void Describe(OpenApiSchema schema) => schema.Say($"At most {mostBytes} bytes.");
}
