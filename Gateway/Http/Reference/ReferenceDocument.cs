using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.OpenApi;
using Rollcall.Auth;
using Rollcall.Http.Problems;
using Rollcall.Running;

namespace Rollcall.Http.Reference;

/// <summary>The reference of all REST calls: an OpenAPI 3.1 document.</summary>
internal static class ReferenceDocument
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
            DescribeRules(schema, context.JsonTypeInfo, context.JsonPropertyInfo);
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
                DescribeParameter(operation, parameter);
            }

            DescribeHeaders(operation, context.Description.ActionDescriptor.EndpointMetadata.OfType<ResponseHeader>());
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

    /// <summary>The framework knows the parameters of a path, but not their schemas.</summary>
    private static void DescribeParameter(OpenApiOperation operation, Parameter parameter)
    {
        operation.Parameters ??= [];
        if (operation.Parameters.OfType<OpenApiParameter>().FirstOrDefault(one => one.In == parameter.In && one.Name == parameter.Name)
            is not { } described)
        {
            operation.Parameters.Add(described = new OpenApiParameter { Name = parameter.Name, In = parameter.In });
        }

        (described.Description, described.Schema) = (parameter.Description, parameter.Schema);
    }

    private static void DescribeHeaders(OpenApiOperation operation, IEnumerable<ResponseHeader> headers)
    {
        foreach (var header in headers)
        {
            Add(header, JsonSchemaType.String);
        }

        foreach (var status in new[] { StatusCodes.Status429TooManyRequests, StatusCodes.Status503ServiceUnavailable })
        {
            if (Of(status)?.Content?.ContainsKey(Problem.ContentType) == true)
            {
                Add(new ResponseHeader(status, "Retry-After", "Seconds after which it is worth trying again."), JsonSchemaType.Integer);
            }
        }

        void Add(ResponseHeader header, JsonSchemaType type)
        {
            var headers = Of(header.Status)!.Headers ??= new Dictionary<string, IOpenApiHeader>();
            headers[header.Name] = new OpenApiHeader { Description = header.Description, Schema = new OpenApiSchema { Type = type } };
        }

        OpenApiResponse? Of(int status) => operation.Responses?.GetValueOrDefault($"{status}") as OpenApiResponse;
    }

    private static OpenApiSecurityScheme Bearer(string description) => new()
    {
        Type = SecuritySchemeType.Http,
        Scheme = "bearer",
        BearerFormat = "JWT",
        Description = description,
    };

    /// <summary>Describes types whose converters are opaque to the generator.</summary>
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

    /// <summary>Describes the rules of a body's members.</summary>
    private static void DescribeRules(OpenApiSchema schema, JsonTypeInfo type, JsonPropertyInfo? member)
    {
        foreach (var rule in member is null ? [] : RuleAttribute.Of(member))
        {
            rule.Describe(schema);
            if (rule.Required)
            {
                schema.Type &= ~JsonSchemaType.Null;
            }
        }

        foreach (var required in type.Properties.Where(one => RuleAttribute.Of(one).Any(rule => rule.Required)))
        {
            (schema.Required ??= new HashSet<string>()).Add(required.Name);
        }
    }
}
