using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.OpenApi;
using Rollcall.Http.Problems;

namespace Rollcall.Http;

/// <summary>A device's id in a path. An invalid id is answered 404, as an unknown one is.</summary>
internal readonly struct DeviceId : IRequestPart, IEndpointParameterMetadataProvider
{
    private DeviceId(string text) => Value = text;

    public string Value { get; }

    public Validation? Validation => null;

    public Problem? Problem => Ids.IsValid(Value) ? null : Problem.NotFound();

    /// <returns>Always true: an invalid id is refused as any other part of a request is.</returns>
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
