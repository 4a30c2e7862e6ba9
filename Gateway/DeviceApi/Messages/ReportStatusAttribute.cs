using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Rollcall.Http;

namespace Rollcall.DeviceApi.Messages;

/// <summary>A status that a device may report.</summary>
internal sealed class ReportStatusAttribute : RuleAttribute
{
    public override void Check(Validation validation, string member, object? value)
    {
        if (CommandReports.StatusOf((string?)value) is null)
        {
            validation.Add(member, CommandReports.StatusRule);
        }
    }

    public override void Describe(OpenApiSchema schema) => schema.Enum = [.. CommandReports.Statuses.Select(name => (JsonNode)name)];
}
