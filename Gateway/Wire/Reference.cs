using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Rollcall.Auth;
using Rollcall.Proxies;
using Rollcall.Running;

namespace Rollcall.Wire;

/// <summary>What the reference says of every REST call: OpenAPI 3.1.</summary>
internal static class Reference
{
    public static IServiceCollection AddReference(this IServiceCollection services, PublicUrl url) => services.AddOpenApi("v1", options =>
    {
        options.ShouldInclude = call => call.HttpMethod != HttpMethods.Head;
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Rollcall";
            document.Info.Version = BuildVersion.Number;
            document.Info.Description = "The roll of a fleet of devices: sessions, presence, metrics.";
            document.Servers = url.Path.Length == 0 ? null : [new OpenApiServer { Url = url.Path }];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                [Policies.Device] = Bearer("A device's session token, from /api/v1/device/auth (also in X-Device-Session or X-Device-Token)."),
                [Policies.Portal] = Bearer("A portal's token with customer_id and role (viewer, operator, owner)."),
            };
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            Describe(schema, context.JsonTypeInfo.Type);
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(async (operation, context, cancellation) =>
        {
            var policy = context.Description.ActionDescriptor.EndpointMetadata.OfType<Microsoft.AspNetCore.Authorization.IAuthorizeData>()
                .LastOrDefault()?.Policy;
            if (policy is not null)
            {
                var scheme = policy == Policies.Device ? Policies.Device : Policies.Portal;
                operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(scheme, context.Document)] = [] }];
            }

            foreach (var parameter in context.Description.ActionDescriptor.EndpointMetadata.OfType<Parameter>())
            {
                (operation.Parameters ??= []).Add(new OpenApiParameter
                {
                    Name = parameter.Name,
                    In = parameter.In,
                    Description = parameter.Description,
                    Schema = new OpenApiSchema { Type = parameter.Type },
                });
            }

            foreach (var body in context.Description.ActionDescriptor.EndpointMetadata.OfType<RequestBody>())
            {
                var schema = await context.GetOrCreateSchemaAsync(body.Type, cancellationToken: cancellation);
                context.Document!.AddComponent(body.Type.Name, schema);
                operation.RequestBody = new OpenApiRequestBody
                {
                    Description = "Read as JSON whatever Content-Type says; a Content-Encoding is 415.",
                    Required = body.Required,
                    Content = body.ContentTypes.ToDictionary(
                        type => type, _ => new OpenApiMediaType { Schema = new OpenApiSchemaReference(body.Type.Name, context.Document) }),
                };
            }
        });
    });

    /// <summary>
    /// Describes a body that an endpoint reads itself. Not by Accepts, which routing enforces: a wrong Content-Type would be
    /// refused before the caller is known, and with an empty body.
    /// </summary>
    public static RouteHandlerBuilder WithBody<T>(this RouteHandlerBuilder endpoint, bool required, params string[] contentTypes) =>
        endpoint.WithMetadata(new RequestBody(typeof(T), required, contentTypes));

    /// <summary>Describes parameters that an endpoint reads itself.</summary>
    public static RouteHandlerBuilder WithQuery(
        this RouteHandlerBuilder endpoint, params (string Name, JsonSchemaType Type, string Description)[] parameters) =>
        endpoint.WithMetadata(
            [.. parameters.Select(parameter => new Parameter(ParameterLocation.Query, parameter.Name, parameter.Type, parameter.Description))]);

    /// <summary>Describes a header that an endpoint reads itself.</summary>
    public static RouteHandlerBuilder WithHeader(this RouteHandlerBuilder endpoint, string name, string description) =>
        endpoint.WithMetadata(new Parameter(ParameterLocation.Header, name, JsonSchemaType.String, description));

    private static OpenApiSecurityScheme Bearer(string description) => new()
    {
        Type = SecuritySchemeType.Http,
        Scheme = "bearer",
        BearerFormat = "JWT",
        Description = description,
    };

    /// <summary>Our converters are opaque to the generator.</summary>
    private static void Describe(OpenApiSchema schema, Type wireType)
    {
        var type = Nullable.GetUnderlyingType(wireType) ?? wireType;
        if (type == typeof(DateTimeOffset))
        {
            schema.Type = type == wireType ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
            schema.Format = "date-time";
        }
        else if ((type == typeof(long) || type == typeof(int)) && schema.Type is null)
        {
            schema.Type = type == wireType ? JsonSchemaType.Integer : JsonSchemaType.Integer | JsonSchemaType.Null;
            schema.Format = type == typeof(long) ? "int64" : "int32";
        }
        else if (type.IsEnum)
        {
            schema.Type = JsonSchemaType.String;
            schema.Enum = [.. Enum.GetNames(type).Select(name => (JsonNode)System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(name))];
        }
    }

    private sealed record RequestBody(Type Type, bool Required, string[] ContentTypes);

    private sealed record Parameter(ParameterLocation In, string Name, JsonSchemaType Type, string Description);
}
