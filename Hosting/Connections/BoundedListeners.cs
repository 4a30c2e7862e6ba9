using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;

namespace Rollcall.Connections;

/// <summary>
/// A library's sockets behind <see cref="ConnectionBook"/>s. Whom a book does not let in is closed in the loop that accepts, before
/// the library sees it and before work is queued for it: so a rush takes no more descriptors than there are places.
/// </summary>
internal sealed class BoundedListeners(IConnectionListenerFactory inner, Func<int, ConnectionBook> bookOfPort)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint;

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new Listener(await inner.BindAsync(endpoint, cancellationToken), bookOfPort(((IPEndPoint)endpoint).Port));

    /// <summary>Puts every keyed factory of listeners that is registered behind the book.</summary>
    /// <returns>How many there are.</returns>
    public static int Wrap(IServiceCollection services, ConnectionBook book)
    {
        var wrapped = 0;
        for (var at = 0; at < services.Count; at++)
        {
            if (services[at] is { IsKeyedService: true, KeyedImplementationFactory: { } make } factory
                && factory.ServiceType == typeof(IConnectionListenerFactory))
            {
                services[at] = ServiceDescriptor.KeyedSingleton<IConnectionListenerFactory>(
                    factory.ServiceKey, (provider, key) => new BoundedListeners((IConnectionListenerFactory)make(provider, key), _ => book));
                wrapped++;
            }
        }

        return wrapped;
    }

    private sealed class Listener(IConnectionListener inner, ConnectionBook book) : IConnectionListener
    {
        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            if (book.IsCrowded)
            {
                // Behind the work that waits already: those that were let in before may say who they are before they lose their places.
                await Task.Yield();
            }

            while (await inner.AcceptAsync(cancellationToken) is { } connection)
            {
                if (book.Enter((connection.RemoteEndPoint as IPEndPoint)?.Address) is { } place)
                {
                    return new PlacedConnection(connection, place);
                }

                Refuse(connection);
            }

            return null;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => inner.UnbindAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();

        /// <summary>The socket is closed when Abort returns; what is left to dispose of is memory, and nobody waits for that.</summary>
        private static void Refuse(ConnectionContext connection)
        {
            connection.Abort();
            _ = connection.DisposeAsync().AsTask().ContinueWith(
                static disposed => _ = disposed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }
}
