using Orleans.Runtime;

namespace Rollcall.Devices;

/// <summary>Calls of twins that may be made twice without harm.</summary>
internal static class TwinCalls
{
    /// <summary>Calls once more when the first activation had to give way to a newer one, or its silo is gone.</summary>
    public static async ValueTask<T> OnceMore<T>(Func<ValueTask<T>> call, Func<T, Refusal> refusal)
    {
        try
        {
            var first = await call();
            if (refusal(first) != Refusal.Moved)
            {
                return first;
            }
        }
        catch (Exception gone) when (gone is OrleansMessageRejectionException or SiloUnavailableException)
        {
        }

        return await call();
    }
}

/// <summary>This run of the gateway: when it is lost, devices last heard through it are not silent.</summary>
internal sealed record Incarnation(string Id)
{
    public static Incarnation New() => new($"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid():N}");
}
