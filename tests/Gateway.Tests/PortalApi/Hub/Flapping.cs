using System.Diagnostics;
using System.Text.Json;
using Rollcall.DeviceApi;
using Rollcall.Devices;
using Rollcall.Fleet;
using Rollcall.Running;

namespace Rollcall.PortalApi.Hub;

/// <summary>
/// A fleet whose devices come and say goodbye, again and again. They speak to their twins without HTTP between: it is the
/// portals' sockets that are tested, and this leaves the machine to them.
/// </summary>
internal sealed class Flapping(TestGateway gateway, string customer, (string Id, Session Session)[] fleet)
{
    private static readonly ParallelOptions Some = new() { MaxDegreeOfParallelism = 32 };
    private readonly IGrainFactory _grains = gateway.Part<IGrainFactory>();
    private readonly string _incarnation = gateway.Part<Incarnation>().Id;

    public string Customer => customer;

    public static async Task<Flapping> FleetAsync(TestGateway gateway, int devices)
    {
        var (grains, customer) = (gateway.Part<IGrainFactory>(), TestGateway.NewName("customer"));
        var fleet = new (string Id, Session Session)[devices];
        await Parallel.ForEachAsync(Enumerable.Range(0, devices), Some, async (number, _) =>
        {
            var id = TestGateway.NewName("flapping");
            var created = await grains.GetFleet(customer).Create(new NewDevice(id, "Lamp", null, WithSecret: true));
            fleet[number] = (id, (await grains.GetDevice(id).Authenticate(created.Secret!)).Session!);
        });
        return new Flapping(gateway, customer, fleet);
    }

    public string[] Ids(int count) => [.. fleet.Take(count).Select(device => device.Id)];

    /// <summary>Every device changes its status so often, all together at this rate unless the machine is slower.</summary>
    /// <returns>How many transitions a second were stored.</returns>
    public async Task<double> RunAsync(int times, int perSecond)
    {
        var before = await StoredEventsAsync();
        var running = Stopwatch.StartNew();
        var step = TimeSpan.FromSeconds((double)fleet.Length / perSecond);
        await Task.WhenAll(fleet.Select(async (device, number) =>
        {
            for (var time = 0; time < times; time++)
            {
                var due = (time + ((double)number / fleet.Length)) * step;
                await Task.Delay(due > running.Elapsed ? due - running.Elapsed : TimeSpan.Zero, TimeProvider.System);
                await TurnAsync(device, time % 2 == 0);
            }
        }));
        var took = running.Elapsed.TotalSeconds;
        return (await StoredEventsAsync() - before) / took;
    }

    /// <summary>Every device once, a few at a time.</summary>
    public Task RoundAsync(bool online) => Parallel.ForEachAsync(fleet, Some, async (device, _) => await TurnAsync(device, online));

    /// <summary>The whole fleet as the store has it, by id.</summary>
    public async Task<Dictionary<string, JsonElement>> StoredAsync()
    {
        var stored = new Dictionary<string, JsonElement>();
        string? cursor = null;
        do
        {
            var page = (await gateway.Portal("viewer", customer)
                .GetAsync("/api/v1/customer/devices?limit=200" + (cursor is null ? "" : "&cursor=" + cursor))).Is(200);
            foreach (var device in page.Of("devices").EnumerateArray())
            {
                stored[device.GetProperty("deviceId").GetString()!] = device;
            }

            cursor = page.TextOf("nextCursor");
        }
        while (cursor is not null);
        return stored;
    }

    /// <summary>Until it is stored: on a machine that is busy the store may be thought away.</summary>
    private async Task TurnAsync((string Id, Session Session) device, bool online)
    {
        var beat = new Heartbeat(device.Session, Goodbye: !online, DeviceHealth.Healthy, online ? """{"cpu":12.5}""" : null, _incarnation);
        await Eventually.GetAsync(() => _grains.GetDevice(device.Id).Heartbeat(beat).AsTask(), reply => reply.Stored);
    }

    private async Task<long> StoredEventsAsync() => (await StoredAsync()).Values.Sum(device => device.GetProperty("seq").GetInt64());
}
