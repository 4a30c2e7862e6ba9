using Rollcall.Http.Problems;

namespace Rollcall.Http;

/// <summary>What a handler takes of a request: read and checked before it is called.</summary>
internal interface IRequestPart
{
    /// <summary>What is wrong with its members.</summary>
    Validation? Validation { get; }

    /// <summary>Why it cannot be looked at member by member; null: it can.</summary>
    Problem? Problem { get; }
}

/// <summary>Answers requests whose parts are wrong, in place of the handler.</summary>
internal static class RequestParts
{
    /// <summary>
    /// Refuses before the handlers of this group. Parts are looked at in the order of the handler's parameters; what is wrong with members of
    /// several is told together.
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
