using System.Text.Json;
using Rollcall.DeviceAgent.Commands;
using Rollcall.DeviceAgent.Wire;

namespace Rollcall.DeviceAgent.Connection;

/// <content>Sends requests over the connection, and receives their answers and commands.</content>
internal sealed partial class LiveConnection
{
    private readonly Dictionary<long, TaskCompletionSource<GatewayFrame?>> _asked = [];
    private long _frames;

    /// <summary>Sends a beat over the connection.</summary>
    /// <returns>Null: there is no connection for this token, or it gave no answer; the beat is to go over REST.</returns>
    public async Task<Reply<BeatAnswer>?> BeatAsync(string token, BeatRequest beat, CancellationToken abandon) =>
        await AskAsync(
            token,
            id => JsonSerializer.SerializeToUtf8Bytes(
                new HeartbeatFrame("heartbeat", id, beat.Status, beat.Metrics), WireJson.Default.HeartbeatFrame),
            abandon) switch
        {
            null => null,
            { Type: "heartbeat_ack" } answer =>
                new(new Answer(answer.Stored == false ? 202 : 200), new BeatAnswer(answer.Stored, answer.Timestamp, answer.NextHeartbeat)),
            var answer => new(Refused(answer), null),
        };

    /// <summary>Reports the result of a command.</summary>
    /// <returns>Null: as for a beat.</returns>
    public async Task<Answer?> ReportAsync(string token, string commandId, CommandReport report, CancellationToken abandon)
    {
        var type = report.Status == CommandReport.Acknowledged.Status ? "command_ack" : "command_result";
        return await AskAsync(
            token,
            id => JsonSerializer.SerializeToUtf8Bytes(
                new ReportFrame(type, id, commandId, report.Status, report.Result, report.Error), WireJson.Default.ReportFrame),
            abandon) switch
        {
            null => null,
            { Type: "ack" } => new Answer(200),
            var answer => Refused(answer),
        };
    }

    private async Task<GatewayFrame?> AskAsync(string token, Func<long, byte[]> frame, CancellationToken abandon)
    {
        IGatewayConnection connection;
        var reply = new TaskCompletionSource<GatewayFrame?>();
        long id;
        lock (_gate)
        {
            if (_open is not { } open || open.Token != token)
            {
                return null;
            }

            connection = open.Connection;
            id = ++_frames;
            _asked[id] = reply;
        }

        try
        {
            await connection.SendAsync(frame(id), abandon).WaitAsync(GatewayClient.Timeout, clock, abandon);
            return await reply.Task.WaitAsync(GatewayClient.Timeout, clock, abandon);
        }
        catch (Exception lost) when (lost is not OperationCanceledException || !abandon.IsCancellationRequested)
        {
            // It looks alive and is not: close it, and reconnect.
            await CutAsync(connection);
            return null;
        }
        finally
        {
            lock (_gate)
            {
                _asked.Remove(id);
            }
        }
    }

    private void Receive(byte[] frame)
    {
        GatewayFrame? received;
        try
        {
            received = JsonSerializer.Deserialize(frame, WireJson.Default.GatewayFrame);
        }
        catch (JsonException)
        {
            return;
        }

        if (received is { Type: "command" })
        {
            onCommand?.Invoke(new AgentCommand(received.Id, received.Command, received.Parameters));
            return;
        }

        TaskCompletionSource<GatewayFrame?>? asked = null;
        lock (_gate)
        {
            if (received is { Type: "heartbeat_ack" or "ack" or "error", RequestId: { } id })
            {
                _asked.Remove(id, out asked);
            }
        }

        asked?.TrySetResult(received);
    }

    /// <summary>The answer that REST would give for the same refusal.</summary>
    private static Answer Refused(GatewayFrame answer) =>
        new(StatusOf(answer.Code), answer.Code, TimeSpan.FromSeconds(Math.Clamp(answer.RetryAfter ?? 0, 0, 3_600)));

    private static int StatusOf(string? code) => code switch
    {
        "UNAVAILABLE" => 503,
        "RATE_LIMITED" => 429,
        "TOO_LARGE" => 413,
        "CONFLICT" => 409,
        "NOT_FOUND" => 404,
        _ => 400,
    };
}
