using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
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
    public static ConnectionBook AddConnectionBook(
        this IServiceCollection services, string door, ConnectionSettings settings, Func<IPAddress, bool> isTrusted) =>
        services.Keep(new ConnectionBook(door, settings.Most, settings.Share, settings.RequestTimeout, isTrusted, TimeProvider.System));

    /// <summary>A small one for a port that a few programs ask from time to time: one address may have all of it.</summary>
    public static ConnectionBook AddSmallConnectionBook(this IServiceCollection services, string door, ConnectionSettings settings) => services.Keep(
        new ConnectionBook(door, ConnectionSettings.SmallDoor, ConnectionSettings.SmallDoor, settings.RequestTimeout, _ => false,
            TimeProvider.System));

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

    /// <summary>Tells the book which strangers are being answered. The first of all. A known one costs a look at two flags.</summary>
    public static void UseConnectionBook(this IApplicationBuilder app) => app.Use(next => context =>
    {
        if (context.Features.Get<Place>() is not { } place)
        {
            return next(context);
        }

        if (!place.IsKnown)
        {
            return AnswerAsync(place, next, context);
        }

        place.Use();
        return next(context);
    });

    /// <summary>Whoever calls has shown a token of this customer's that is ours; its request is still to be admitted.</summary>
    /// <returns>Whose <see cref="Place.Know(string)"/> is to be told when it is; null: it is known already.</returns>
    public static Place? Vouch(this HttpContext context, string customer)
    {
        var newcomer = Newcomer(context);
        newcomer?.Vouch(customer);
        return newcomer;
    }

    /// <summary>A request of this customer has been admitted.</summary>
    public static void KnowCaller(this HttpContext context, string customer) => Newcomer(context)?.Know(customer);

    /// <summary>Whether a socket of this customer would find room.</summary>
    public static bool MayHold(this HttpContext context, string customer) => context.Features.Get<Place>()?.MayHold(customer) != false;

    /// <summary>A socket or a stream of this customer, whose request has been admitted, is being opened.</summary>
    /// <returns>False: no room.</returns>
    public static bool Hold(this HttpContext context, string customer, bool drains) => context.Features.Get<Place>()?.Hold(customer, drains) != false;

    /// <summary>It has ended.</summary>
    public static void LetGo(this HttpContext context) => context.Features.Get<Place>()?.LetGo();

    private static Place? Newcomer(HttpContext context)
    {
        if (context.Features.Get<Place>() is not { IsKnown: false } newcomer)
        {
            return null;
        }

        newcomer.GoesBy(context.Features.Get<IConnectionLifetimeNotificationFeature>());
        return newcomer;
    }

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
