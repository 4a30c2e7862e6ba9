using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;

namespace Rollcall.Http;

/// <summary>200 with a JSON body.</summary>
internal readonly struct Ok<T>(T value) : IResult, IEndpointMetadataProvider
{
    public Task ExecuteAsync(HttpContext context) => Json.AnswerAsync(context, value, StatusCodes.Status200OK);

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) => builder.Answers<T>(StatusCodes.Status200OK);
}

/// <summary>200 with a JSON body, and an ETag of what it shows.</summary>
internal readonly struct OkWithETag<T>(T value, string? etag) : IResult, IEndpointMetadataProvider
{
    public Task ExecuteAsync(HttpContext context)
    {
        context.Response.Headers.ETag = etag;
        return Json.AnswerAsync(context, value, StatusCodes.Status200OK, "no-store, no-transform"); // A proxy that compresses would change the tag.
    }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        builder.Answers<T>(StatusCodes.Status200OK);
        builder.Sends(StatusCodes.Status200OK, "ETag", "What If-Match takes.");
    }
}

/// <summary>201 with a JSON body, and the address of what was created in Location.</summary>
/// <param name="location">Path below the gateway's address; begins with a slash.</param>
internal readonly struct CreatedAt<T>(T value, string location) : IResult, IEndpointMetadataProvider
{
    public Task ExecuteAsync(HttpContext context)
    {
        context.Response.Headers.Location = context.Request.PathBase + location;
        return Json.AnswerAsync(context, value, StatusCodes.Status201Created);
    }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        builder.Answers<T>(StatusCodes.Status201Created);
        builder.Sends(StatusCodes.Status201Created, "Location", "Where it can be read.");
    }
}

/// <summary>201 with a JSON body. What was created cannot be read again.</summary>
internal readonly struct Created<T>(T value) : IResult, IEndpointMetadataProvider
{
    public Task ExecuteAsync(HttpContext context) => Json.AnswerAsync(context, value, StatusCodes.Status201Created);

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) => builder.Answers<T>(StatusCodes.Status201Created);
}

/// <summary>200 or 202 with a JSON body: done, or accepted and done later.</summary>
internal readonly struct OkOrAccepted<T>(T value, bool accepted) : IResult, IEndpointMetadataProvider
{
    public Task ExecuteAsync(HttpContext context) =>
        Json.AnswerAsync(context, value, accepted ? StatusCodes.Status202Accepted : StatusCodes.Status200OK);

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        builder.Answers<T>(StatusCodes.Status200OK);
        builder.Answers<T>(StatusCodes.Status202Accepted);
    }
}

/// <summary>200 or 202 with a JSON body, and its address in Location: done, or accepted and still in progress.</summary>
/// <param name="location">Path below the gateway's address; begins with a slash.</param>
internal readonly struct OkOrAcceptedAt<T>(T value, bool accepted, string location) : IResult, IEndpointMetadataProvider
{
    public Task ExecuteAsync(HttpContext context)
    {
        context.Response.Headers.Location = context.Request.PathBase + location;
        return Json.AnswerAsync(context, value, accepted ? StatusCodes.Status202Accepted : StatusCodes.Status200OK);
    }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        foreach (var status in new[] { StatusCodes.Status200OK, StatusCodes.Status202Accepted })
        {
            builder.Answers<T>(status);
            builder.Sends(status, "Location", "Where it can be read.");
        }
    }
}

/// <summary>200 or 503 with the same JSON body: a probe looks at the status alone.</summary>
internal readonly struct OkOrUnavailable<T>(T value, bool ok) : IResult, IEndpointMetadataProvider
{
    public Task ExecuteAsync(HttpContext context) =>
        Json.AnswerAsync(context, value, ok ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        builder.Answers<T>(StatusCodes.Status200OK);
        builder.Answers<T>(StatusCodes.Status503ServiceUnavailable);
    }
}

/// <summary>204: done.</summary>
internal readonly struct NoContent : IResult, IEndpointMetadataProvider
{
    public Task ExecuteAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status204NoContent, typeof(void)));
}

/// <summary>101: the connection changed to another protocol, and has ended.</summary>
internal readonly struct SwitchingProtocols : IResult, IEndpointMetadataProvider
{
    public Task ExecuteAsync(HttpContext context) => Task.CompletedTask;

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status101SwitchingProtocols, typeof(void)));
}
