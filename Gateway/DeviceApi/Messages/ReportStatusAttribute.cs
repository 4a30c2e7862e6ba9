using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Rollcall.Http;

namespace Rollcall.DeviceApi.Messages;

/// <summary>A status that a device may report.</summary>
internal sealed class ReportStatusAttribute : RuleAttribute
{
    public override void Check(Validation validation, string member, object? value)
    {
        if (CommandReportParser.StatusOf((string?)value) is null)
        {
            validation.Add(member, CommandReportParser.StatusRule);
        }
    }

    public override void Describe(OpenApiSchema schema) => schema.Enum = [.. CommandReportParser.Statuses.Select(name => (JsonNode)name)];
}
