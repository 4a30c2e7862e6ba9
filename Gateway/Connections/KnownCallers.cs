using Rollcall.Auth;

namespace Rollcall.Connections;

/// <summary>Tells the book of connections who is known.</summary>
internal static class KnownCallers
{
    /// <summary>
    /// Whoever has passed authorization with a portal's token has been admitted. A device's token may have been superseded: its twin
    /// knows, so the calls that ask it tell the book themselves.
    /// </summary>
    public static void UseKnownPortals(this IApplicationBuilder app) => app.Use(next => context =>
    {
        if (context.User.Identity is { IsAuthenticated: true } and not DeviceIdentity && PortalCaller.Of(context.User) is { } caller)
        {
            context.KnowCaller(caller.CustomerId);
        }

        return next(context);
    });
}
