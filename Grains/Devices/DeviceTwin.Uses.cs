using Rollcall.Journal;

namespace Rollcall.Devices;

/// <content>The first use of the next session, which puts it into force, and what that ends.</content>
internal sealed partial class DeviceTwin
{
    /// <summary>
    /// The next session was used by a beat or over a socket. It is in force with the first record that is stored, whatever that says
    /// beside.
    /// </summary>
    private void NoteUse(Session session)
    {
        if (_stored!.Session.Next is { } next && next.Id == session.Id)
        {
            _heard = _heard with { UsedNext = next.Id };
        }
    }

    /// <summary>What the sessions become with the next record; null: what they are.</summary>
    private SessionState? Promoted() =>
        _heard.UsedNext is { } used && used == _stored!.Session.Next?.Id ? services.Sessions.Use(_stored.Session) : null;

    /// <summary>
    /// Stores a use that was heard while the store was away, and nothing else, so that no alarm and no content of a beat stands in the
    /// way of a change. What comes next is then decided on the sessions that are in force.
    /// </summary>
    private async ValueTask<Refusal> StoreUse() =>
        Promoted() is { } sessions ? (await Store(_stored!.Next(session: sessions), change: null)).ToRefusal() : Refusal.None;

    /// <summary>
    /// The sessions are others with a record that is confirmed: sockets of those that are over close, and nothing heard in one that was
    /// ended may bring the device back, unless a session that is still good was used meanwhile.
    /// </summary>
    /// <returns>A socket was closed.</returns>
    private bool Outlive(SessionState now, LinkEnd why)
    {
        var was = _stored!.Session;
        if (ReferenceEquals(now, was) || now == was)
        {
            return false;
        }

        var cut = EndLinks(now, why);
        if (_heard.UsedNext is null || _heard.UsedNext != now.Next?.Id)
        {
            var ended = now.Id is null && (was.Id is not null || now.Next is null);
            _heard = ended ? _heard with { UsedNext = null, Unpromised = null, LinkLostAt = null } : _heard with { UsedNext = null };
        }

        return cut;
    }
}
