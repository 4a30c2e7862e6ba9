using Rollcall.Http.Problems;

namespace Rollcall.Http;

/// <summary>A part of a request. It is read and checked before the handler is called.</summary>
internal interface IRequestPart
{
    /// <summary>The errors of its members.</summary>
    Validation? Validation { get; }

    /// <summary>Why its members cannot be checked; null: they can.</summary>
    Problem? Problem { get; }
}

/// <summary>Refuses requests with invalid parts before the handler is called.</summary>
internal static class RequestParts
{
    /// <summary>
    /// Adds the check to the handlers of this group. Parts are checked in the order of the handler's parameters; errors of members of several parts
    /// are answered together.
    /// </summary>
    public static RouteGroupBuilder RefuseWrongParts(this RouteGroupBuilder group) => group.AddEndpointFilterFactory((endpoint, next) =>
    {
        int[] parts = [.. endpoint.MethodInfo.GetParameters()
            .Where(parameter => parameter.ParameterType.IsAssignableTo(typeof(IRequestPart))).Select(parameter => parameter.Position)];
        return parts.Length == 0
            ? next : call => Check(call, parts) is { } problem ? ValueTask.FromResult<object?>(problem) : next(call);
    });

    private static Problem? Check(EndpointFilterInvocationContext call, int[] parts)
    {
        Validation? wrong = null;
        foreach (var position in parts)
        {
            var part = (IRequestPart)call.Arguments[position]!;
            if (part.Problem is { } problem)
            {
                return wrong?.Problem ?? problem;
            }

            wrong = wrong is null ? part.Validation : wrong.Add(part.Validation);
        }

        return wrong?.Problem;
    }
}
