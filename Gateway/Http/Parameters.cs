using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Rollcall.Http.Problems;

namespace Rollcall.Http;

/// <summary>The parameters of a call in its query string and headers.</summary>
internal interface IParameters<TSelf> where TSelf : class, IParameters<TSelf>
{
    /// <summary>
    /// Reads all parameters, each by one call, even when another one is wrong. The reference calls this without a request, to learn which parameters
    /// there are.
    /// </summary>
    static abstract TSelf Read(ParameterReader parameters);
}

/// <summary>The parameters of a request. A handler is called only with valid ones.</summary>
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
