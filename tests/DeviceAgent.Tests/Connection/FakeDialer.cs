using System.Text;
using System.Text.Json;
using Rollcall.DeviceAgent.Connection;

namespace Rollcall.DeviceAgent.Tests.Connection;

/// <summary>A gateway's sockets: what it does with a dial and a frame is the test's; everything on the caller's thread.</summary>
internal sealed class FakeDialer : IGatewayDialer
{
    public List<FakeLine> Lines { get; } = [];

    public List<string> Dials { get; } = [];

    /// <summary>Null: opened; else thrown.</summary>
    public Func<string, Exception?> OnDial { get; set; } = _ => null;

    /// <summary>What a frame is answered; null: nothing.</summary>
    public Func<JsonElement, string?> OnFrame { get; set; } = Ack;

    public FakeLine Newest => Lines[^1];

    public int Beats => Lines.Sum(line => line.Frames.Count);

    public static string? Ack(JsonElement frame) =>
        $$"""{"type":"heartbeat_ack","timestamp":"2026-01-01T00:00:01.000Z","nextHeartbeat":"""
        + $$"""30000,"stored":true,"requestId":{{frame.GetProperty("requestId")}}}""";

    public Task<IGatewayConnection> DialAsync(string token, CancellationToken stop)
    {
        Dials.Add(token);
        if (OnDial(token) is { } refused)
        {
            return Task.FromException<IGatewayConnection>(refused);
        }

        var line = new FakeLine(frame => OnFrame(frame));
        Lines.Add(line);
        return Task.FromResult<IGatewayConnection>(line);
    }
}

internal sealed class FakeLine(Func<JsonElement, string?> answer) : IGatewayConnection
{
    private readonly Queue<byte[]> _waiting = new();
    private TaskCompletionSource<byte[]?>? _reading;
    private bool _over;

    public List<JsonElement> Frames { get; } = [];

    public bool Disposed { get; private set; }

    public int? CloseCode { get; private set; }

    public void Say(string frame) => Give(Encoding.UTF8.GetBytes(frame));

    /// <param name="code">Null: it breaks.</param>
    public void Close(int? code)
    {
        CloseCode = code;
        _over = true;
        Give(null);
    }

    public Task SendAsync(ReadOnlyMemory<byte> text, CancellationToken stop)
    {
        if (_over)
        {
            return Task.FromException(new IOException("broken"));
        }

        var frame = JsonElement.Parse(text.Span);
        Frames.Add(frame);
        if (answer(frame) is { } said)
        {
            Say(said);
        }

        return Task.CompletedTask;
    }

    public Task<byte[]?> ReceiveAsync(CancellationToken stop)
    {
        if (_waiting.TryDequeue(out var frame))
        {
            return Task.FromResult<byte[]?>(frame);
        }

        if (_over)
        {
            return Task.FromResult<byte[]?>(null);
        }

        _reading = new TaskCompletionSource<byte[]?>();
        return _reading.Task;
    }

    public ValueTask DisposeAsync()
    {
        Disposed = _over = true;
        Give(null);
        return ValueTask.CompletedTask;
    }

    private void Give(byte[]? frame)
    {
        if (_reading is { } reading)
        {
            _reading = null;
            reading.TrySetResult(frame);
        }
        else if (frame is not null)
        {
            _waiting.Enqueue(frame);
        }
    }
}
