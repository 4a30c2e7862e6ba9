using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Rollcall.Support.Fleets;

/// <summary>Many devices that beat without a pause worth the name and never give up, as the gateway's worst customers would.</summary>
/// <param name="gateways">Each beat goes to any of them.</param>
/// <param name="pause">Milliseconds between an answer and the next beat, at least and at most.</param>
public sealed class TestFleet(IReadOnlyList<Uri> gateways, IReadOnlyList<FleetDevice> devices, Random random, (int Least, int Most) pause)
    : IAsyncDisposable
{
    private const double Goodbyes = 0.01;
    private static readonly TimeSpan Knocking = TimeSpan.FromMilliseconds(250);
    // A line for each device, as real ones have: none waits behind those whose beats a frozen silo holds.
    private readonly HttpClient _http =
        new(new SocketsHttpHandler { MaxConnectionsPerServer = devices.Count, ConnectTimeout = TimeSpan.FromSeconds(5) })
    {
        Timeout = TimeSpan.FromSeconds(30),
    };

    private readonly int _seed = random.Next();
    private readonly Lock _gate = new();
    private DateTimeOffset _lastDeaf;
    private CancellationTokenSource _stop = new();
    private Task _beating = Task.CompletedTask;

    public IReadOnlyList<FleetDevice> Devices => devices;

    /// <summary>How often each status was answered; 0: no answer.</summary>
    public ConcurrentDictionary<int, int> Answers { get; } = new();

    /// <summary>A time at which nobody listened, the newest known.</summary>
    public DateTimeOffset LastDeaf
    {
        get
        {
            lock (_gate)
            {
                return _lastDeaf;
            }
        }
    }

    /// <summary>The longest that a device waited for an answer.</summary>
    public TimeSpan LongestWait { get; private set; }

    /// <summary>When a beat was first answered since <see cref="ForgetAnswers"/>.</summary>
    public DateTimeOffset? FirstAnswer { get; private set; }

    public static TestFleet Of(Uri gateway, string credentials, Random random) => new(
        [gateway],
        [.. File.ReadLines(credentials).Select(line => JsonDocument.Parse(line).RootElement)
            .Select(line => new FleetDevice(line.GetProperty("deviceId").GetString()!, line.GetProperty("deviceSecret").GetString()!))],
        random,
        (20, 120));

    public Task SignInAsync() => Parallel.ForEachAsync(devices, async (device, stop) =>
    {
        using var answer = await _http.PostAsJsonAsync(
            new Uri(Gateway(), "api/v1/device/auth"), new { deviceId = device.Id, deviceSecret = device.Secret }, stop);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        device.Token = (await answer.Content.ReadFromJsonAsync<JsonElement>(stop)).GetProperty("token").GetString();
    });

    /// <summary>All begin to beat.</summary>
    public void Go()
    {
        _stop = new CancellationTokenSource();
        _beating = Task.WhenAll(devices.Select((device, index) => Task.Run(() => RunAsync(device, new Random(_seed + index), _stop.Token))));
    }

    /// <summary>All cease, once their last beat was answered or lost.</summary>
    public async Task PauseAsync()
    {
        await _stop.CancelAsync();
        await _beating;
        _stop.Dispose();
    }

    /// <summary>One beat of each, answered.</summary>
    public Task BeatOnceAsync() => Parallel.ForEachAsync(devices, async (device, _) => await BeatAsync(device, goodbye: false));

    public void ForgetAnswers() => FirstAnswer = null;

    /// <summary>Nothing but success, silence and 503 may ever be heard from a gateway in trouble.</summary>
    public void HeardNoRefusal() => Assert.Empty(Answers.Keys.Except([0, 200, 202, 503]));

    public override string ToString() => string.Join(", ", Answers.OrderBy(one => one.Key).Select(one => $"{one.Value} x {one.Key}"));

    public async ValueTask DisposeAsync()
    {
        try
        {
            await PauseAsync();
        }
        catch (ObjectDisposedException)
        {
            // It was paused already.
        }

        _http.Dispose();
    }

    private Uri Gateway() => gateways[Random.Shared.Next(gateways.Count)];

    private async Task RunAsync(FleetDevice device, Random random, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var answered = device.Silent || await BeatAsync(device, random.NextDouble() < Goodbyes);
            var rest = answered ? TimeSpan.FromMilliseconds(random.Next(pause.Least, pause.Most)) : Knocking;
            await Task.Delay(rest, TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> BeatAsync(FleetDevice device, bool goodbye)
    {
        device.Sent++;
        var asked = TimeProvider.System.GetUtcNow();
        var watch = Stopwatch.StartNew();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Gateway(), "api/v1/device/heartbeat"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", device.Token);
        request.Content = new StringContent(Body(device.Sent, goodbye), Encoding.UTF8, "application/json");
        try
        {
            using var answer = await _http.SendAsync(request);
            await Note(device, answer);
            Waited(watch.Elapsed);
            return true;
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or OperationCanceledException or SocketException)
        {
            Count(0);
            Unheard(asked, lost);
            return false;
        }
    }

    private static string Body(long number, bool goodbye) => string.Create(
        CultureInfo.InvariantCulture, $$$"""{"status":"{{{(goodbye ? "offline" : "online")}}}","metrics":{"n":{{{number}}},"cpu":12.5}}""");

    private async Task Note(FleetDevice device, HttpResponseMessage answer)
    {
        var status = (int)answer.StatusCode;
        var body = await answer.Content.ReadAsStringAsync();
        Count(status);
        if (status is 200 or 202)
        {
            device.Heard = device.Sent;
        }

        if (status == 200)
        {
            device.Stored = device.Sent;
            device.StoredAt = JsonDocument.Parse(body).RootElement.GetProperty("timestamp").GetString();
        }

        lock (_gate)
        {
            FirstAnswer ??= TimeProvider.System.GetUtcNow();
        }
    }

    private void Waited(TimeSpan wait)
    {
        lock (_gate)
        {
            LongestWait = wait > LongestWait ? wait : LongestWait;
        }
    }

    private void Count(int status) => Answers.AddOrUpdate(status, 1, (_, before) => before + 1);

    private void Unheard(DateTimeOffset asked, Exception lost)
    {
        lock (_gate)
        {
            if (lost is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } && asked > _lastDeaf)
            {
                _lastDeaf = asked;
            }
        }
    }
}
