using Rollcall.Devices;

namespace Rollcall;

/// <summary>A device as its gateway speaks for it.</summary>
internal sealed record GrainDevice(TwinCluster Roll, string Id, IDeviceGrain Grain, string Secret)
{
    public Session Session { get; set; } = null!;

    public async Task<AuthenticateReply> Authenticate()
    {
        var reply = await Grain.Authenticate(Secret);
        Session = reply.Session ?? Session;
        return reply;
    }

    public Task<HeartbeatReply> Beat(string? metrics = null, DeviceHealth health = DeviceHealth.Healthy, Session? session = null) =>
        Grain.Heartbeat(new Heartbeat(session ?? Session, Goodbye: false, health, metrics, TwinCluster.Gateway)).AsTask();

    public Task<HeartbeatReply> Goodbye() => Grain.Heartbeat(new Heartbeat(Session, Goodbye: true, null, null, TwinCluster.Gateway)).AsTask();

    public Task<ConnectReply> Connect(string link, IDeviceConnectionObserver? observer = null) => Grain.Connect(LinkOf(link, observer)).AsTask();

    public Task<HeartbeatReply> BeatOver(string link, IDeviceConnectionObserver? observer = null) =>
        Grain.Heartbeat(new Heartbeat(Session, Goodbye: false, DeviceHealth.Healthy, null, TwinCluster.Gateway, LinkOf(link, observer))).AsTask();

    public DeviceConnectionInfo LinkOf(string link, IDeviceConnectionObserver? observer = null) => new(link, Session, TwinCluster.Gateway, observer);

    public async Task<Device> Read()
    {
        var reply = await Grain.Read(TwinCluster.Customer);
        Assert.Equal(Refusal.None, reply.Refusal);
        return reply.Device!;
    }

    /// <summary>Reads the device and holds it against the table: nothing is shown that is not stored.</summary>
    public async Task<Device> Shown()
    {
        var shown = await Read();
        var row = await Roll.Row(Id);
        Assert.Equal(row!.ToDevice(shown.Connected), shown);
        return shown;
    }

    /// <summary>The log as text, oldest first, after it was found to be without gap or repeat.</summary>
    public async Task<string[]> Log()
    {
        var events = await Roll.Events(Id);
        Assert.Equal(Enumerable.Range(1, events.Count).Select(seq => (long)seq), events.Select(change => change.Seq));
        Assert.All(events, change => Assert.NotEqual(change.From, change.To));
        return [.. events.Select(change => $"{WireNames.Of(change.To)} {WireNames.Of(change.Reason)}")];
    }
}
