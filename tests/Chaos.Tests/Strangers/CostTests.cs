using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Rollcall.Support.Devices;
using Rollcall.Support.Http;
using Rollcall.Support.Processes;

namespace Rollcall.Strangers;

/// <summary>What a stranger's call costs the gateway, beside what a device's beat does.</summary>
[Collection<Alone>]
public sealed class CostTests(ITestOutputHelper output) : CrashTest(output)
{
    private const int Calls = 1_000;
    private const int Callers = 8;
    private const int Large = 64 * 1024;
    private const int MostMillisecondsAMebibyte = 3;

    /// <summary>Each is measured again before it counts as dear: whatever else the machine does only adds.</summary>
    private const int Tries = 3;

    /// <summary>What is open to all and no file of the page. An endpoint that is new stands in the gateway's tests, AccessTable.</summary>
    private static readonly string[] Addresses =
    [
        "/healthz", "/readyz", "/health", "/version", "/openapi/v1.json", "/reference", "/reference/", "/reference/v1", "/reference/scalar.js",
        "/reference/scalar.aspnetcore.js", "/reference/favicon.svg", "/reference/nothing", "/", "/devices/a-device", "/nothing", "/css/nothing.css",
        "/api/v1/nothing", "/api/v1/customer/devices", "/api/v1/customer/events?after=0", "/api/v1/device/heartbeat", "/api/v1/device/ws",
        "/hubs/portal", "/hubs/portal?access_token=e30.e30.e30", "/dashboard", "/dashboard/", "/metrics",
    ];

    [Fact]
    public async Task No_call_of_a_stranger_costs_more_than_a_beat()
    {
        var place = Install();
        place.Settings["DASHBOARD"] = "true";
        place.Settings["DASHBOARD_CUSTOMERS"] = "demo";
        var gateway = await place.StartAsync();
        using var process = Process.GetProcessById(gateway.Process.Id);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = place.Address };
        var devices = await DevicesAsync(new Caller(http, place.Address), gateway.Token);

        async Task<(double Cost, int Bytes)> Beat() => await MeasureAsync(process, Calls, caller => BeatAsync(devices[caller]));
        await Beat();
        var beat = await Beat();
        foreach (var address in Addresses.Concat(PageFiles()))
        {
            foreach (var coding in new[] { null, "br" })
            {
                Task<int> Call(int caller) => GetAsync(http, address, coding);
                var size = await Call(0);
                var (cost, most) = (double.MaxValue, 0.0);
                for (var tries = 0; tries < Tries && cost > most; tries++)
                {
                    beat = tries > 0 ? await Beat() : beat;
                    cost = Math.Min(cost, (await MeasureAsync(process, size < Large ? Calls : Math.Max(Callers, Calls * Large / size), Call)).Cost);
                    most = size < Large ? beat.Cost : Math.Max(beat.Cost, MostMillisecondsAMebibyte * size / 1048576.0);
                }

                Output.WriteLine($"{cost:0.000} of {most:0.000} ms, {size} bytes: {address} {coding}");
                Assert.True(cost <= most,
                    $"{address} ({coding}, {size} bytes) costs {cost:0.000} ms; {most:0.000} are allowed, a beat costs {beat.Cost:0.000}");
            }
        }
    }

    /// <summary>Of the page's some hundred files the smallest, the largest, and the largest of those below 64 KiB.</summary>
    private static IEnumerable<string> PageFiles()
    {
        var program = Programs.Gateway;
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(Path.ChangeExtension(program, ".staticwebassets.endpoints.json")));
        (string Route, int Size)[] files =
        [
            .. from file in manifest.RootElement.GetProperty("Endpoints").EnumerateArray()
               where file.GetProperty("Selectors").GetArrayLength() == 0
               let size = file.GetProperty("ResponseHeaders").EnumerateArray()
                   .Single(header => header.GetProperty("Name").GetString() == "Content-Length")
               select ("/" + file.GetProperty("Route").GetString(),
                   int.Parse(size.GetProperty("Value").GetString()!, System.Globalization.CultureInfo.InvariantCulture)),
        ];
        Assert.NotEmpty(files);
        return [files.MinBy(file => file.Size).Route, files.MaxBy(file => file.Size).Route, files.Where(file => file.Size < Large)
            .MaxBy(file => file.Size).Route];
    }

    private static async Task<(double Cost, int Bytes)> MeasureAsync(Process process, int calls, Func<int, Task<int>> call)
    {
        async Task<int> Many(int caller, int times)
        {
            var bytes = 0;
            for (var time = 0; time < times; time++)
            {
                bytes = await call(caller);
            }

            return bytes;
        }

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Many(caller, calls / Callers / 4)));
        process.Refresh();
        var before = process.TotalProcessorTime;
        var bytes = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Many(caller, calls / Callers)));
        process.Refresh();
        return ((process.TotalProcessorTime - before).TotalMilliseconds / (calls / Callers * Callers), bytes[0]);
    }

    private static async Task<TestDevice[]> DevicesAsync(Caller nobody, string owner)
    {
        var devices = new TestDevice[Callers];
        for (var number = 0; number < Callers; number++)
        {
            devices[number] = await TestDevice.SignedInAsync(nobody, nobody.With("Authorization", "Bearer " + owner), "demo", $"cost-{number}");
        }

        return devices;
    }

    private static async Task<int> BeatAsync(TestDevice device)
    {
        (await device.BeatAsync("{}")).Is(200);
        return 0;
    }

    private static async Task<int> GetAsync(HttpClient http, string address, string? coding)
    {
        using var get = new HttpRequestMessage(HttpMethod.Get, new Uri(address, UriKind.Relative));
        if (coding is not null)
        {
            get.Headers.AcceptEncoding.ParseAdd(coding);
        }

        using var answer = await http.SendAsync(get, HttpCompletionOption.ResponseContentRead);
        Assert.True((int)answer.StatusCode < 500, $"{address}: {answer.StatusCode}");
        return (int)(answer.Content.Headers.ContentLength ?? 0);
    }
}
