using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Rollcall.Http.Problems;

namespace Rollcall.Http;

/// <summary>What the reference says of a body.</summary>
internal interface IBodyDescription
{
    /// <summary>The most bytes that it may have.</summary>
    static abstract int MostBytes { get; }

    /// <summary>The content types to send it with. It is read whatever its Content-Type is.</summary>
    static virtual string[] ContentTypes => ["application/json"];

    /// <summary>The type whose schema the reference shows.</summary>
    static abstract Type Schema { get; }

    /// <summary>Whether a request without it is refused.</summary>
    static abstract bool IsRequired { get; }
}

/// <summary>The JSON that a call takes. Its members' own rules are <see cref="RuleAttribute"/>s.</summary>
internal interface IBody<TSelf> : IBodyDescription where TSelf : class, IBody<TSelf>
{
    static Type IBodyDescription.Schema => typeof(TSelf);

    static bool IBodyDescription.IsRequired => MemberRules<TSelf>.IsAnyRequired;

    /// <summary>Reads the body. An empty one counts as an empty object.</summary>
    /// <exception cref="JsonException">The body does not have the expected form.</exception>
    static virtual (TSelf? Value, Problem? Problem) Read(ReadOnlySpan<byte> json) =>
        Json.Parse(json.IsEmpty ? "{}"u8 : json, WireJson.Of<TSelf>());

    /// <summary>Checks what the members' own rules do not cover.</summary>
    void Check(Validation validation, TimeProvider clock)
    {
    }
}

/// <summary>The body of a request. A handler is called only with a valid one.</summary>
internal sealed class Body<T> : IRequestPart, IBindableFromHttpContext<Body<T>>, IEndpointParameterMetadataProvider
    where T : class, IBody<T>
{
    private readonly T? _value;

    private Body(T? value, Problem? problem, Validation? validation) => (_value, Problem, Validation) = (value, problem, validation);

    /// <summary>Never null in a handler.</summary>
    public T Value => _value!;

    public Problem? Problem { get; }

    public Validation? Validation { get; }

    public static async ValueTask<Body<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var (value, problem) = await ReadAsync(context.Request);
        if (value is null)
        {
            return new Body<T>(null, problem, null);
        }

        var validation = new Validation();
        MemberRules<T>.Check(value, validation);
        value.Check(validation, context.RequestServices.GetRequiredService<TimeProvider>());
        return new Body<T>(value, null, validation);
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => builder.Takes<T>();

    private static async ValueTask<(T? Value, Problem? Problem)> ReadAsync(HttpRequest request)
    {
        var (body, problem) = await Json.ReadBytesAsync(request, T.MostBytes);
        using (body)
        {
            return problem is null ? T.Read(body.Span) : (null, problem);
        }
    }
}

/// <summary>Describes a body to the reference.</summary>
internal sealed record RequestBody(Type Type, bool Required, string[] ContentTypes);
