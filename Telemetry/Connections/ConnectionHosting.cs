using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Rollcall.Connections;

/// <summary>Puts the ports of a program behind books of their connections.</summary>
public static class ConnectionHosting
{
    /// <summary>A book for what strangers can reach.</summary>
    /// <param name="isTrusted">Proxies, whose connections are many people's.</param>
    public static ConnectionBook AddConnectionBook(this IServiceCollection services, string door, ConnectionSettings settings, Func<IPAddress, bool> isTrusted) =>
        services.Keep(new ConnectionBook(door, settings.Most, settings.Share, settings.Patience, isTrusted, TimeProvider.System));

    /// <summary>A small one for a port that a few programs ask from time to time: one address may have all of it.</summary>
    public static ConnectionBook AddSmallConnectionBook(this IServiceCollection services, string door, ConnectionSettings settings) => services.Keep(
        new ConnectionBook(door, ConnectionSettings.SmallDoor, ConnectionSettings.SmallDoor, settings.Patience, _ => false, TimeProvider.System));

    /// <summary>Kestrel lets connections in by the book that a port has.</summary>
    public static void AddBoundedSockets(this IServiceCollection services, Func<int, ConnectionBook> bookOfPort) =>
        services.AddSingleton<IConnectionListenerFactory>(provider => new BoundedListeners(
            ActivatorUtilities.CreateInstance<SocketTransportFactory>(provider), bookOfPort));

    /// <summary>So does Orleans, for all its ports.</summary>
    /// <exception cref="InvalidOperationException">It has none that we know how to bound.</exception>
    public static void BoundListeners(this IServiceCollection services, ConnectionBook book)
    {
        if (BoundedListeners.Wrap(services, book) == 0)
        {
            throw new InvalidOperationException("Orleans has no keyed IConnectionListenerFactory any more: its ports would have no bound.");
        }
    }

    /// <summary>Tells the book which strangers are being answered. The first of all. A known one costs a look at a flag.</summary>
    public static void UseConnectionBook(this IApplicationBuilder app) => app.Use(next => context =>
        context.Features.Get<Place>() is { IsKnown: false } stranger ? AnswerAsync(stranger, next, context) : next(context));

    /// <summary>Tells the book who is known: everybody whose token is good. After authorization, and before a beat waits for anything.</summary>
    public static void UseKnownCallers(this IApplicationBuilder app) => app.Use(next => context =>
    {
        if (context.User.Identity is { IsAuthenticated: true })
        {
            context.KnowCaller();
        }

        return next(context);
    });

    /// <summary>Whoever calls has just shown who it is.</summary>
    public static void KnowCaller(this HttpContext context) => context.Features.Get<Place>()?.Know();

    private static async Task AnswerAsync(Place stranger, RequestDelegate next, HttpContext context)
    {
        stranger.Answering();
        try
        {
            await next(context);
        }
        finally
        {
            stranger.Answered();
        }
    }

    private static ConnectionBook Keep(this IServiceCollection services, ConnectionBook book)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(book);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ConnectionWatch>());
        return book;
    }
}
