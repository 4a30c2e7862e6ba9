using Rollcall.Feed;

namespace Rollcall.Devices;

/// <content>
/// The device's socket. It may have two for a while: one of the session in force and one of the next, until the use of that is stored.
/// </content>
internal sealed partial class DeviceTwin
{
    /// <summary>The link that closed last: what was said over it may come after its end.</summary>
    private string? _closed;

    /// <summary>When its gateway was last told that the device beats elsewhere; null: not of this link.</summary>
    private TimeSpan? _vouched;

    /// <summary>A socket opened: a sign of life, and a use of its session. The newest socket of a session wins.</summary>
    public async ValueTask<ConnectReply> Connect(Link link)
    {
        var reply = await Hear(link);
        if (reply.Refusal != Refusal.None || Knows(link))
        {
            return reply;
        }

        if (IsOver(link))
        {
            return new ConnectReply(Refusal.SessionSuperseded);
        }

        await LoseLink();
        MakeRoom(link);
        Hold(link);
        return reply;
    }

    /// <summary>A socket spoke: a sign of life. What was on its way over an old one must not take the place of the newer.</summary>
    public async ValueTask<ConnectReply> Sign(Link link)
    {
        var reply = await Hear(link);
        if (reply.Refusal == Refusal.None)
        {
            Know(link);
            if (_stored is { Commands.Open: > 0 })
            {
                await PushAgain();
            }
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

    /// <summary>The record that stored what was said over it put the other session, which was used before, into force.</summary>
    private bool IsOver(Link link) => !_stored!.Session.Has(link.Session.Id);

    private bool Knows(Link link) => _heard.OpenLink?.LinkId == link.LinkId || _heard.Beside?.LinkId == link.LinkId;

    /// <summary>
    /// A frame came over this socket, so its device has been greeted: a gateway greets before it reads. A twin that was loaded anew does
    /// not know it yet; one that knows a newer one of the same session, which a gateway that is there holds, does not want it.
    /// </summary>
    private void Know(Link link)
    {
        if (_heard.OpenLink?.LinkId == link.LinkId)
        {
            _attended = true;
        }
        else if (link.LinkId == _closed)
        {
            // What was on its way when it ended.
        }
        else if (IsOver(link))
        {
            host.EndLink(link, LinkEnd.Superseded);
        }
        else if (!Connected)
        {
            _heard = Knows(link) ? _heard with { Beside = null } : _heard;
            Hold(link);
            _attended = true;
        }
        else if (_heard.OpenLink!.Session.Id != link.Session.Id && !IsThere(_heard.Beside))
        {
            _heard = _heard with { Beside = link };
        }
        else if (!Knows(link))
        {
            host.EndLink(link, LinkEnd.Superseded);
        }
    }

    /// <summary>
    /// The newest socket ends an older one of its session. One of the other session stays beside it: both are good until a record says
    /// otherwise.
    /// </summary>
    private void MakeRoom(Link link)
    {
        if (_heard.OpenLink is not { } open)
        {
            return;
        }

        var older = open.Session.Id == link.Session.Id ? open : _heard.Beside;
        if (older is not null)
        {
            host.EndLink(older, LinkEnd.Superseded);
        }

        _heard = older == open ? _heard : _heard with { Beside = IsThere(open) ? open : null };
    }

    private void Hold(Link link)
    {
        _heard = _heard with { OpenLink = link };
        BeginPushing(greeted: false);
        services.Links.Add(deviceId, this);
        Publish(FeedChange.Presence);
    }

    /// <summary>A device that beats over REST may be silent over its socket. Its gateway hears of it, though not of every beat.</summary>
    private void Vouch(Session session)
    {
        if ((_heard.OpenLink?.Session.Id == session.Id ? _heard.OpenLink : _heard.Beside) is { } link && link.Session.Id == session.Id
            && Instant.MonotonicNow(services.Clock) is var now && !(now - _vouched < services.Options.HeartbeatTimeout / 3))
        {
            _vouched = now;
            host.Vouch(link);
        }
    }

    /// <summary>Closes the sockets of every session but these; null: of every one. An end that we make is no loss.</summary>
    /// <returns>There was one.</returns>
    private bool EndLinks(SessionState? but, LinkEnd why)
    {
        var beside = _heard.Beside is { } other && but?.Has(other.Session.Id) != true;
        var open = _heard.OpenLink is { } newest && but?.Has(newest.Session.Id) != true;
        if (beside)
        {
            host.EndLink(_heard.Beside!, why);
            _heard = _heard with { Beside = null };
        }

        if (open)
        {
            host.EndLink(_heard.OpenLink!, why);
            FallBack(lostAt: null);
        }

        return open || beside;
    }

    /// <summary>A socket closed. A late word of an old one changes nothing.</summary>
    public async ValueTask Disconnect(string linkId)
    {
        _closed = linkId;
        if (_stored is null)
        {
            return;
        }

        if (_heard.Beside?.LinkId == linkId)
        {
            _heard = _heard with { Beside = null };
        }
        else if (_heard.OpenLink?.LinkId == linkId)
        {
            await LoseLink();
            LoseNewest(linkId);
        }
    }

    private void LoseNewest(string linkId)
    {
        // Storing what was found of its commands may have let it go.
        if (_heard.OpenLink?.LinkId == linkId)
        {
            FallBack(lostAt: Instant.MonotonicNow(services.Clock));
            Arm();
            Publish(FeedChange.Presence);
        }
    }

    private ValueTask LoseLink() => _heard.OpenLink is null ? ValueTask.CompletedTask : SocketDied();

    /// <summary>The newest socket is gone. The device may have the other one still; commands go over that with its next sign of life.</summary>
    private void FallBack(TimeSpan? lostAt)
    {
        if (IsThere(_heard.Beside))
        {
            _heard = _heard with { OpenLink = _heard.Beside, Beside = null, LinkLostAt = null };
            BeginPushing(greeted: true);
            return;
        }

        services.Links.Remove(deviceId, this);
        _heard = _heard with { OpenLink = null, Beside = null, LinkLostAt = lostAt };
    }

    private bool IsThere(Link? link) => link is not null && services.Hearing.Hears(link.Gateway);
}
