using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Rollcall.Connections;

/// <summary>A connection that gives its place back when its socket is closed, and not before: descriptors are what is counted.</summary>
internal sealed class PlacedConnection : ConnectionContext
{
    private readonly ConnectionContext _inner;
    private readonly Place _place;

    public PlacedConnection(ConnectionContext inner, Place place)
    {
        (_inner, _place) = (inner, place);
        inner.Features.Set(place);
        place.ClosesBy(() => inner.Abort(new ConnectionAbortedException("Others needed its place, or no complete request came.")));
    }

    public override string ConnectionId
    {
        get => _inner.ConnectionId;
        set => _inner.ConnectionId = value;
    }

    public override IFeatureCollection Features => _inner.Features;

    public override IDictionary<object, object?> Items
    {
        get => _inner.Items;
        set => _inner.Items = value;
    }

    public override IDuplexPipe Transport
    {
        get => _inner.Transport;
        set => _inner.Transport = value;
    }

    public override CancellationToken ConnectionClosed
    {
        get => _inner.ConnectionClosed;
        set => _inner.ConnectionClosed = value;
    }

    public override EndPoint? LocalEndPoint
    {
        get => _inner.LocalEndPoint;
        set => _inner.LocalEndPoint = value;
    }

    public override EndPoint? RemoteEndPoint
    {
        get => _inner.RemoteEndPoint;
        set => _inner.RemoteEndPoint = value;
    }

    public override void Abort(ConnectionAbortedException abortReason) => _inner.Abort(abortReason);

    public override void Abort() => _inner.Abort();

    public override async ValueTask DisposeAsync()
    {
        try
        {
            await _inner.DisposeAsync();
        }
        finally
        {
            _place.Leave();
            await base.DisposeAsync();
        }
    }
}
