using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.OpenApi;
using Rollcall.Http.Problems;

namespace Rollcall.Http;

/// <summary>A device in a path. What cannot be an id is no device: 404, as for one that there is not.</summary>
internal readonly struct DeviceId : IRequestPart, IEndpointParameterMetadataProvider
{
    private DeviceId(string text) => Value = text;

    public string Value { get; }

    public Validation? Validation => null;

    public Problem? Problem => Ids.IsValid(Value) ? null : Problem.NotFound();

    /// <returns>Always true: what is wrong with it is said as of any other part of a request.</returns>
    public static bool TryParse(string text, out DeviceId id)
    {
        id = new DeviceId(text);
        return true;
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        builder.Refuses(StatusCodes.Status404NotFound);
        builder.Metadata.Add(new Parameter(
            ParameterLocation.Path, parameter.Name!, $"The device's id: {Ids.Rule}.",
            new OpenApiSchema { Type = JsonSchemaType.String, Pattern = Ids.Expression }));
    }
}
