using Microsoft.OpenApi;
using Rollcall.Devices;
using Rollcall.Http;

namespace Rollcall.PortalApi.Devices;

/// <summary>Another system's hash, of the form of <see cref="ForeignHash"/>.</summary>
internal sealed class ForeignHashAttribute : RuleAttribute
{
    public override void Check(Validation validation, string member, object? value)
    {
        if (value is not null && !ForeignHash.IsKnown((string)value))
        {
            validation.Add(member, $"must be {ForeignHash.Rule}.");
        }
    }

    public override void Describe(OpenApiSchema schema) => schema.Say($"Must be {ForeignHash.Rule}.");
}
