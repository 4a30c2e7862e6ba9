using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Connections;
using Rollcall.Auth;
using Rollcall.Http.Problems;

namespace Rollcall.PortalApi.Hub;

/// <summary>
/// The users of the hub's connections. Over long polling and server-sent events a connection has many requests, and only its id joins them:
/// SignalR logs that another user sends one and serves it. Here such a request is answered 404. A user is the customer, the role and the
/// subject; the token may be a newer one.
/// </summary>
internal sealed class ConnectionOwners(TimeProvider clock)
{
    /// <summary>How long the owner of an ended connection is remembered: longer than SignalR keeps the connection.</summary>
    private static readonly TimeSpan Afterwards = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Ownership> _owners = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(string Id, long At)> _ended = new();

    /// <summary>Connections with a known owner: open ones, and for a minute those that have ended.</summary>
    public int Known => _owners.Count;

    /// <summary>Of those, the ones that have not ended.</summary>
    public int Open => _owners.Count - _ended.Count;

    /// <summary>Serves a request when the connection that it names is its user's, or belongs to nobody yet.</summary>
    public async Task Serve(HttpContext context, RequestDelegate serve)
    {
        var id = IdOf(context);
        if (id.Length == 0 || PortalCaller.Of(context.User) is not { } caller)
        {
            await serve(context);
        }
        else if (_owners.TryGetValue(id, out var known))
        {
            await (known.User == caller ? serve(context) : Problem.NotFound().ExecuteAsync(context));
        }
        else if (HttpMethods.IsPost(context.Request.Method) || HttpMethods.IsDelete(context.Request.Method))
        {
            // What is sent before anybody receives would wait for the connection's user, whoever that will be.
            await Problem.NotFound().ExecuteAsync(context);
        }
        else
        {
            ForgetEnded();
            var ownership = new Ownership(caller);
            await (_owners.TryAdd(id, ownership) ? Begin(context, serve, id, ownership) : Serve(context, serve));
        }
    }

    /// <summary>Middleware before the hub: a connection belongs to its user until it has ended.</summary>
    public ConnectionDelegate UntilEnded(ConnectionDelegate next) => async connection =>
    {
        var id = connection.GetHttpContext() is { } context ? IdOf(context) : "";
        if (!_owners.TryGetValue(id, out var ownership))
        {
            // It has no id that a second request could name.
            await next(connection);
            return;
        }

        ownership.Began = true;
        try
        {
            await next(connection);
        }
        finally
        {
            _ended.Enqueue((id, clock.GetTimestamp()));
        }
    };

    private static string IdOf(HttpContext context) => context.Request.Query["id"].ToString();

    /// <summary>The first request of a connection, if there is such a one: the hub may begin a little after a first poll is answered.</summary>
    private async Task Begin(HttpContext context, RequestDelegate serve, string id, Ownership ownership)
    {
        var exists = false;
        try
        {
            await serve(context);
            exists = context.Response.StatusCode is StatusCodes.Status200OK or StatusCodes.Status101SwitchingProtocols;
        }
        finally
        {
            if (!exists && !ownership.Began)
            {
                _owners.TryRemove(id, out _);
            }
        }
    }

    private void ForgetEnded()
    {
        while (_ended.TryPeek(out var first) && clock.GetElapsedTime(first.At) > Afterwards && _ended.TryDequeue(out var ended))
        {
            _owners.TryRemove(ended.Id, out _);
        }
    }

    private sealed class Ownership(PortalCaller user)
    {
        public PortalCaller User => user;

        public bool Began { get; set; }
    }
}
