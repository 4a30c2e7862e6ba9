using System.Diagnostics;
using System.Text.Json;
using Rollcall.Running;

namespace Rollcall.Hub;

/// <summary>A fleet whose devices come and say goodbye, again and again, at a pace.</summary>
internal sealed class Flapping(TestGateway gateway, TestDevice[] fleet)
{
    public string Customer => fleet[0].Customer;

    public static async Task<Flapping> FleetAsync(TestGateway gateway, int devices)
    {
        var customer = TestGateway.NewName("customer");
        var fleet = new TestDevice[devices];
        await Parallel.ForEachAsync(Enumerable.Range(0, devices), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (number, _) =>
            fleet[number] = await TestDevice.SignedInAsync(gateway, customer));
        return new Flapping(gateway, fleet);
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
        return (await StoredEventsAsync() - before) / running.Elapsed.TotalSeconds;
    }

    /// <summary>Every device once, a few at a time.</summary>
    public Task RoundAsync(bool online) => Parallel.ForEachAsync(
        fleet, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (device, _) => await TurnAsync(device, online));

    /// <summary>The whole fleet as the store has it, by id.</summary>
    public async Task<Dictionary<string, JsonElement>> StoredAsync()
    {
        var stored = new Dictionary<string, JsonElement>();
        string? cursor = null;
        do
        {
            var page = (await gateway.Portal("viewer", Customer).GetAsync("/api/v1/customer/devices?limit=200" + (cursor is null ? "" : "&cursor=" + cursor))).Is(200);
            foreach (var device in page.Of("devices").EnumerateArray())
            {
                stored[device.GetProperty("deviceId").GetString()!] = device;
            }

            cursor = page.TextOf("nextCursor");
        }
        while (cursor is not null);
        return stored;
    }

    private static async Task TurnAsync(TestDevice device, bool online) =>
        (await device.BeatAsync(online ? """{"metrics":{"cpu":12.5}}""" : """{"status":"offline"}""")).Is(200);

    private async Task<long> StoredEventsAsync() => (await StoredAsync()).Values.Sum(device => device.GetProperty("seq").GetInt64());
}
