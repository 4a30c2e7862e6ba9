using Rollcall.Clocks;
using Rollcall.Commands;
using Rollcall.Devices.Connections;
using Rollcall.Devices.Presence;
using Rollcall.Devices.Profiles;
using Rollcall.Devices.Sessions;
using Rollcall.Devices.Turn;
using Rollcall.Feed;
using Rollcall.Journal;

namespace Rollcall.Devices;

/// <summary>
/// A device's twin: one <see cref="TwinTurn"/> and the facets of the device. Calls that concern one facet go to that facet. This class
/// has what concerns several: a sign of life, a connection that opens or closes.
/// </summary>
internal sealed partial class DeviceTwin : ITwinView
{
    public DeviceTwin(string deviceId, ITwinHost host, TwinServices services)
    {
        Turn = new TwinTurn(deviceId, host, services);
        Sessions = new SessionsFacet(Turn);
        Presence = new PresenceFacet(Turn, Sessions);
        Connections = new ConnectionsFacet(Turn, Presence);
        Profile = new ProfileFacet(Turn);
        Commands = new CommandsFacet(Turn, Presence, Sessions, Connections);

        // Presence before sessions: a pending signal may belong to a session that the same change puts into force.
        Turn.Begin(
            new Facets(
                Presence, Sessions, Profile, Connections, Commands, new MaintenanceFacet(Turn), new ReturnFacet(Turn, Presence),
                new FlappingFacet(Turn)),
            this);
    }

    public TwinTurn Turn { get; }

    public PresenceFacet Presence { get; }

    public SessionsFacet Sessions { get; }

    public ProfileFacet Profile { get; }

    public ConnectionsFacet Connections { get; }

    public CommandsFacet Commands { get; }

    /// <summary>The device as its customer sees it. Interleaves with a turn: shows what is stored, not a change that is under way.</summary>
    public async ValueTask<DeviceReply> Read(string customerId)
    {
        if (await Turn.Load() is not Refusal.None and var unknown)
        {
            return new DeviceReply(unknown);
        }

        return Turn.Row.CustomerId == customerId ? Turn.Shown() : new DeviceReply(Refusal.NotFound);
    }

    /// <summary>Removes the device and its log.</summary>
    public async ValueTask<Refusal> Delete(string customerId)
    {
        if (await Turn.ReadyFor(customerId) is not Refusal.None and var unready)
        {
            return unready;
        }

        // The reminder removes itself at its next tick, which finds no device. So a device can be removed while reminders are unavailable.
        return (await Turn.Append(new Draft(null))).ToRefusal();
    }

    /// <summary>
    /// The device ends its own session, which is never refused. It counts as a goodbye. Beyond the limit of goodbyes the session still
    /// ends, but the device goes offline only by its timeout. So signing in and out in turns writes no more transitions than goodbyes do.
    /// </summary>
    public async ValueTask<Refusal> EndSession(Session session)
    {
        if (await Turn.Ready() is not Refusal.None and var unready)
        {
            return unready == Refusal.NotFound ? Refusal.InvalidSession : unready;
        }

        if (await Sessions.Admit(session) is not Refusal.None and var refusal)
        {
            return refusal;
        }

        // A pending goodbye has been counted already.
        var counts = Turn.Row.Presence.Online && Presence.PendingSignal is not { Goodbye: true };
        return await Sessions.End(session, quietly: counts && Presence.TooManyGoodbyes(ClockReading.MonotonicNow(Turn.Services.Clock)) is not null);
    }

    DeviceVersion ITwinView.Show(DeviceRow row) => row.ToVersion(Connections.Connected, Presence.Ignored);
}
