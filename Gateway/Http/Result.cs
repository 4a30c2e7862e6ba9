using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Rollcall.Http.Problems;

namespace Rollcall.Http;

/// <summary>
/// The answer of a handler: its success, or a problem. The further type parameters name the refusals of the call itself; those of its body, its
/// parameters and its caller, and faults of ours, are described elsewhere.
/// </summary>
internal abstract class SuccessOrProblem<TSuccess>(TSuccess success, Problem? problem) : IResult
    where TSuccess : struct, IResult, IEndpointMetadataProvider
{
    public Task ExecuteAsync(HttpContext context) => problem is null ? success.ExecuteAsync(context) : problem.ExecuteAsync(context);
}

/// <inheritdoc/>
internal sealed class Result<TSuccess> : SuccessOrProblem<TSuccess>, IEndpointMetadataProvider
    where TSuccess : struct, IResult, IEndpointMetadataProvider
{
    private Result(TSuccess success, Problem? problem) : base(success, problem) { }

    public static implicit operator Result<TSuccess>(TSuccess success) => new(success, null);

    public static implicit operator Result<TSuccess>(Problem problem) => new(default, problem);

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) => TSuccess.PopulateMetadata(method, builder);
}

/// <inheritdoc/>
internal sealed class Result<TSuccess, T1> : SuccessOrProblem<TSuccess>, IEndpointMetadataProvider
    where TSuccess : struct, IResult, IEndpointMetadataProvider
    where T1 : IRefusal
{
    private Result(TSuccess success, Problem? problem) : base(success, problem) { }

    public static implicit operator Result<TSuccess, T1>(TSuccess success) => new(success, null);

    public static implicit operator Result<TSuccess, T1>(Problem problem) => new(default, problem);

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        TSuccess.PopulateMetadata(method, builder);
        builder.Refuses(T1.Status);
    }
}

/// <inheritdoc/>
internal sealed class Result<TSuccess, T1, T2> : SuccessOrProblem<TSuccess>, IEndpointMetadataProvider
    where TSuccess : struct, IResult, IEndpointMetadataProvider
    where T1 : IRefusal
    where T2 : IRefusal
{
    private Result(TSuccess success, Problem? problem) : base(success, problem) { }

    public static implicit operator Result<TSuccess, T1, T2>(TSuccess success) => new(success, null);

    public static implicit operator Result<TSuccess, T1, T2>(Problem problem) => new(default, problem);

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        TSuccess.PopulateMetadata(method, builder);
        builder.Refuses(T1.Status);
        builder.Refuses(T2.Status);
    }
}

/// <summary>A kind of problem that a call may answer.</summary>
internal interface IRefusal
{
    static abstract int Status { get; }
}

/// <summary>The credentials are wrong.</summary>
internal readonly struct Unauthorized : IRefusal
{
    public static int Status => StatusCodes.Status401Unauthorized;
}

/// <summary>The caller is not allowed to do this.</summary>
internal readonly struct Forbidden : IRefusal
{
    public static int Status => StatusCodes.Status403Forbidden;
}

/// <summary>It does not exist, or it belongs to another customer.</summary>
internal readonly struct NotFound : IRefusal
{
    public static int Status => StatusCodes.Status404NotFound;
}

/// <summary>The call conflicts with what exists.</summary>
internal readonly struct Conflict : IRefusal
{
    public static int Status => StatusCodes.Status409Conflict;
}

/// <summary>The requested data is no longer kept.</summary>
internal readonly struct Gone : IRefusal
{
    public static int Status => StatusCodes.Status410Gone;
}

/// <summary>The version is not the one that If-Match names.</summary>
internal readonly struct PreconditionFailed : IRefusal
{
    public static int Status => StatusCodes.Status412PreconditionFailed;
}

/// <summary>The request does not ask for the protocol of this address.</summary>
internal readonly struct UpgradeRequired : IRefusal
{
    public static int Status => StatusCodes.Status426UpgradeRequired;
}
