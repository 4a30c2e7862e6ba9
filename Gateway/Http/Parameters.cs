using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Rollcall.Http.Problems;

namespace Rollcall.Http;

/// <summary>The parameters that a call takes beside its path and body.</summary>
internal interface IParameters<TSelf> where TSelf : class, IParameters<TSelf>
{
    /// <summary>
    /// Reads them all, each by one call, whatever is wrong with another. The reference asks as well, of no request: by these calls it knows
    /// which there are.
    /// </summary>
    static abstract TSelf Read(ParameterReader parameters);
}

/// <summary>The parameters of a request. A handler is called with good ones alone.</summary>
internal sealed class Parameters<T> : IRequestPart, IBindableFromHttpContext<Parameters<T>>, IEndpointParameterMetadataProvider
    where T : class, IParameters<T>
{
    private Parameters(ParameterReader reader) => (Value, Validation) = (T.Read(reader), reader.Validation);

    public T Value { get; }

    public Validation Validation { get; }

    public Problem? Problem => null;

    public static ValueTask<Parameters<T>?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        new(new Parameters<T>(new ParameterReader(context.Request)));

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        builder.Refuses(StatusCodes.Status400BadRequest);
        var reader = new ParameterReader(request: null);
        T.Read(reader);
        foreach (var one in reader.Described)
        {
            builder.Metadata.Add(one);
        }
    }
}
