using System.Text.Json;
using Microsoft.OpenApi;

namespace Rollcall.Http;

/// <summary>JSON that is passed on, of a bounded size and of the form of <see cref="JsonText"/>.</summary>
internal sealed class JsonWithinAttribute(int mostBytes) : RuleAttribute
{
    public override void Check(Validation validation, string member, object? value) =>
        validation.Add(JsonText.Check(member, (JsonElement?)value, mostBytes));

    public override void Describe(OpenApiSchema schema) => schema.Say($"At most {mostBytes} bytes.");
}
