using System.Diagnostics.Metrics;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Rollcall.Admission;
using Rollcall.Auth;
using Rollcall.Devices;
using Rollcall.Measuring;
using Rollcall.Running;
using Rollcall.Support.Measuring;

namespace Rollcall.DeviceApi.WebSockets;

/// <summary>More frames at once than are let in: they are calls like those over REST.</summary>
public sealed class BusyLinkTests : IDisposable
{
    private const string Beat = """{"type":"heartbeat"}""";

    /// <summary>With one place: one of a device whose twin is to be loaded, and eight of those that were served of late.</summary>
    private const int LetIn = 8;
    private readonly FakeTimeProvider _clock = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly BusyReport _report;
    private readonly AdmissionControl _admission;
    private readonly DeviceProtocol _protocol;
    private readonly GatewayMeter _meter;
    private readonly Instruments _heard;
    private readonly List<Line> _lines = [];

    public BusyLinkTests()
    {
        var meters = _services.GetRequiredService<IMeterFactory>();
        var settings =
            new GatewaySettings(new ConfigurationBuilder().AddInMemoryCollection([new("COLD_CALLS", "1"), new("COLD_CALLS_WAITING", "0")]).Build());
        (_report, _meter) = (new BusyReport(meters, _clock, NullLogger<BusyReport>.Instance), new GatewayMeter(meters));
        _admission = new AdmissionControl(settings, _report, _clock);
        _protocol = new DeviceProtocol(null!, Incarnation.New(), null!, _admission, null!, _clock); // Nothing is opened here.
        _heard = new Instruments(meters);
    }

    [Theory]
    [InlineData(Beat)]
    [InlineData("""{"type":"ping"}""")]
    [InlineData("""{"type":"claim_command"}""")]
    [InlineData("""{"type":"command_ack","commandId":"c"}""")]
    [InlineData("""{"type":"command_ack"}""")]
    [InlineData("""{"type":"heartbeat","status":"asleep"}""")]
    [InlineData("""{"type":"shout"}""")]
    public async Task A_frame_for_which_there_is_no_place_is_told_when_to_come_again_and_the_socket_stays(string frame)
    {
        var loading = Open("cold");
        var beating = loading.SayAsync(Beat);
        var other = Open("late");
        await other.SayAsync(frame);
        await other.HeardAsync("UNAVAILABLE");
        Assert.InRange(other.Told[0].GetProperty("retryAfter").GetInt32(), 1, 60);
        Assert.Equal(0, other.Twin.Calls);
        Assert.Equal(1, _heard.Sum("rollcall.busy loading"));

        loading.Twin.Answer.SetResult(Stored);
        await beating;
        await loading.HeardAsync("heartbeat_ack");
        other.Twin.Answer.SetResult(Stored);
        await other.SayAsync(Beat);
        await other.HeardAsync("heartbeat_ack");
    }

    [Fact]
    public async Task A_socket_that_was_served_passes_at_once_and_even_of_those_not_all_at_a_time()
    {
        for (var number = 0; number < LetIn + 2; number++)
        {
            var line = Open($"warm-{number}");
            line.Twin.Answer.SetResult(Stored);
            await line.SayAsync(Beat);
            line.Twin.Answer = new TaskCompletionSource<HeartbeatReply>();
        }

        // All at once: eight pass, one more has the place, and the last is told when.
        var beats = _lines.ConvertAll(line => line.SayAsync(Beat));
        await _lines[^1].HeardAsync("UNAVAILABLE");
        Assert.All(_lines[..^1], line => Assert.Equal(2, line.Twin.Calls));
        _lines.ForEach(line => line.Twin.Answer.SetResult(Stored));
        await Task.WhenAll(beats);
        await _lines[^1].SayAsync(Beat);
        await _lines[^1].HeardAsync("heartbeat_ack", times: 2);
    }

    [Fact]
    public async Task A_twin_that_does_not_answer_in_time_costs_no_socket()
    {
        var line = Open("slow");
        line.Twin.Answer.SetException(new TimeoutException());
        await line.SayAsync(Beat);
        await line.HeardAsync("UNAVAILABLE");
        Assert.InRange(line.Told[0].GetProperty("retryAfter").GetInt32(), 1, 60);
        Assert.Equal(1, _heard.Sum("rollcall.busy late"));
        line.Twin.Answer = new TaskCompletionSource<HeartbeatReply>();
        line.Twin.Answer.SetResult(Stored);
        await line.SayAsync(Beat);
        await line.HeardAsync("heartbeat_ack");
    }

    public void Dispose()
    {
        _lines.ForEach(line => line.Dispose());
        _heard.Dispose();
        _admission.Dispose();
        _report.Dispose();
        _services.Dispose();
    }

    private static HeartbeatReply Stored => new(Refusal.None, true, DateTimeOffset.UnixEpoch, 30_000);

    private Line Open(string deviceId)
    {
        var line = new Line(deviceId, _protocol, _meter, _clock);
        _lines.Add(line);
        return line;
    }

    /// <summary>A twin that answers beats when it is told to.</summary>
    public class Twin : DispatchProxy
    {
        public TaskCompletionSource<HeartbeatReply> Answer { get; set; } = new();

        public int Calls { get; private set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.Name == nameof(IDeviceGrain.ConnectionReady))
            {
                return new ValueTask<Refusal>(Refusal.None);
            }

            Calls++;
            return targetMethod.Name == nameof(IDeviceGrain.Heartbeat)
                ? new ValueTask<HeartbeatReply>(Answer.Task) : throw new NotSupportedException(targetMethod.Name);
        }
    }

    private sealed class Line : IDisposable
    {
        private readonly FrameSocketTests.Socket _socket = new();
        private readonly FrameSocket _frames;
        private readonly WebSocketTransport _transport;

        public Line(string deviceId, DeviceProtocol protocol, GatewayMeter meter, TimeProvider clock)
        {
            var session = new Session("s", 1);
            _frames = new FrameSocket(_socket, new DeviceConnectionSettings(new ConfigurationBuilder().Build()));
            var twin = DispatchProxy.Create<IDeviceGrain, Twin>();
            Twin = (Twin)(object)twin;
            var connection = new DeviceConnection(
                new DeviceConnectionInfo("l", session, "g"), new DeviceCaller(deviceId, "c", session, clock.GetUtcNow() + TimeSpan.FromDays(1)), twin,
                new ConnectReply(Refusal.None), clock);
            _transport = new WebSocketTransport(_frames, connection, protocol, meter, clock);
        }

        public Twin Twin { get; }

        public JsonElement[] Told => [.. _socket.Said.Select(said => JsonElement.Parse(said)).Where(said => TestLink.Type(said) != "connected")];

        public Task SayAsync(string frame) => _transport.TakeAsync(Encoding.UTF8.GetBytes(frame)).AsTask();

        /// <summary>The last thing it heard is this type, or this code of an error.</summary>
        public Task<JsonElement[]> HeardAsync(string what, int times = 1) => Eventually.GetAsync(
            () => Told, told => told.Count(
                one => TestLink.Type(one) == what || (TestLink.Type(one) == "error" && one.GetProperty("code").GetString() == what)) >= times);

        public void Dispose()
        {
            _frames.Dispose();
            _socket.Dispose();
        }
    }
}
