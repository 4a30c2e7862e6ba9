using Rollcall.Feed;

namespace Rollcall.Devices;

/// <content>The device's socket.</content>
internal sealed partial class DeviceTwin
{
    /// <summary>The link that closed last: what was said over it may come after its end.</summary>
    private string? _closed;

    /// <summary>When its gateway was last told that the device beats elsewhere; null: not of this link.</summary>
    private TimeSpan? _vouched;

    /// <summary>A socket opened: a sign of life. The newest socket wins.</summary>
    public async ValueTask<ConnectReply> Connect(Link link)
    {
        var reply = await Hear(link);
        if (reply.Refusal == Refusal.None && _heard.OpenLink?.LinkId != link.LinkId)
        {
            await LoseLink();
            EndLink(LinkEnd.Superseded);
            Hold(link);
        }

        return reply;
    }

    /// <summary>A socket spoke: a sign of life. What was on its way over an old one must not take the place of the newer.</summary>
    public async ValueTask<ConnectReply> Sign(Link link)
    {
        var reply = await Hear(link);
        if (reply.Refusal == Refusal.None)
        {
            Know(link);
        }

        return reply;
    }

    private async ValueTask<ConnectReply> Hear(Link link)
    {
        var reply = await Hear(link.Session, link.Gateway, at => new Beat(at, PresenceReason.Connected, false, null, null));
        return new ConnectReply(
            reply.Refusal, reply.Stored, reply.Timestamp,
            (int)services.Options.HeartbeatInterval.TotalMilliseconds, (int)services.Options.HeartbeatTimeout.TotalMilliseconds);
    }

    /// <summary>
    /// A beat came over this socket. A twin that was loaded anew does not know it yet; one that knows a newer one, which a gateway
    /// that is there holds, does not want it.
    /// </summary>
    private void Know(Link link)
    {
        if (_heard.OpenLink?.LinkId == link.LinkId || link.LinkId == _closed)
        {
            return;
        }

        if (Connected)
        {
            host.EndLink(link, LinkEnd.Superseded);
            return;
        }

        Hold(link);
    }

    private void Hold(Link link)
    {
        _heard = _heard with { OpenLink = link };
        (_attended, _pushedTo, _pushing, _vouched) = (false, 0, null, null);
        services.Links.Add(deviceId, this);
        Publish(FeedChange.Presence);
    }

    /// <summary>A device that beats over REST may be silent over its socket. Its gateway hears of it, though not of every beat.</summary>
    private void Vouch(Session session)
    {
        if (_heard.OpenLink is { } link && link.Session.Id == session.Id
            && Instant.MonotonicNow(services.Clock) is var now && !(now - _vouched < services.Options.HeartbeatTimeout / 3))
        {
            _vouched = now;
            host.Vouch(link);
        }
    }

    private void EndLink(LinkEnd why)
    {
        if (_heard.OpenLink is { } link)
        {
            host.EndLink(link, why);
            services.Links.Remove(deviceId, this);
            _heard = _heard with { OpenLink = null, LinkLostAt = null };
        }
    }

    /// <summary>A socket closed. A late word of an old one changes nothing.</summary>
    public async ValueTask Disconnect(string linkId)
    {
        _closed = linkId;
        if (_stored is not null && _heard.OpenLink?.LinkId == linkId)
        {
            await LoseLink();
            services.Links.Remove(deviceId, this);
            _heard = _heard with { OpenLink = null, LinkLostAt = Instant.MonotonicNow(services.Clock) };
            Arm();
            Publish(FeedChange.Presence);
        }
    }

    private ValueTask LoseLink() => _heard.OpenLink is null ? ValueTask.CompletedTask : SocketDied();

    /// <summary>Nothing heard in a session that has ended may bring the device back, and its socket closes.</summary>
    private void DropHeard(LinkEnd why)
    {
        EndLink(why);
        _heard = _heard with { Unpromised = null, LinkLostAt = null };
    }
}
