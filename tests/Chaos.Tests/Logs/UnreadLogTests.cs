using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Rollcall.Support.Devices;
using Rollcall.Support.Http;
using Rollcall.Support.Processes;

namespace Rollcall.Logs;

/// <summary>Nobody reads what the gateway says, and the pipe is full.</summary>
public sealed partial class UnreadLogTests(ITestOutputHelper output) : CrashTest(output)
{
    private const int Calls = 3_000;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Beats_and_probes_go_on_the_lost_lines_are_counted_and_its_end_waits_for_nobody()
    {
        var place = Install();
        var metrics = Ports.Free();
        place.Settings["METRICS_PORT"] = metrics.ToString(System.Globalization.CultureInfo.InvariantCulture);
        place.Settings["Logging__LogLevel__Default"] = "Debug"; // Or strangers would leave no line at all.
        place.Settings["LOG_QUEUE"] = "100";
        var gateway = await place.StartAsync();
        using var http = new HttpClient { BaseAddress = place.Address, Timeout = Soon };
        var nobody = new Caller(http, place.Address);
        var device = new TestDevice(nobody, nobody, "demo", "test-device-001", "test-secret-12345");
        (await device.SignInAsync()).Is(200);

        gateway.Process.StopReading();
        await KnockAsync(http);
        (await device.BeatAsync("{}")).Is(200);
        await http.GetStringAsync(new Uri("healthz", UriKind.Relative));
        var dropped = await DroppedAsync(http, metrics);
        Output.WriteLine($"{dropped} lines were dropped.");
        Assert.InRange(dropped, 1_000, Calls * 2);

        gateway.Process.ReadOn();
        await gateway.Process.SaysAsync("The log goes on: ", Soon);

        gateway.Process.StopReading();
        await KnockAsync(http);
        Signals.Terminate(gateway.Process.Id);
        await Eventually.IsSoAsync(() => !Signals.Lives(gateway.Process.Id), Soon, () => "it ends although nobody reads its last words");
    }

    /// <summary>As many anonymous calls as once stopped everything for ever, over 16 connections.</summary>
    private static Task KnockAsync(HttpClient http) => Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
    {
        for (var call = 0; call < Calls / 16; call++)
        {
            using var answer = await http.PostAsync(new Uri("api/v1/customer/devices/" + new string('x', 300), UriKind.Relative), content: null);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        }
    }));

    private static async Task<double> DroppedAsync(HttpClient http, int port)
    {
        var page = await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"));
        var count = Dropped().Match(page);
        Assert.True(count.Success, page);
        return double.Parse(count.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"(?m)^rollcall_log_dropped_total(?:\{[^}]*\})? (\S+)")]
    private static partial Regex Dropped();
}
