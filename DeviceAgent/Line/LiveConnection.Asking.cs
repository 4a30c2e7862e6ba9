using System.Text.Json;
using Rollcall.DeviceAgent.Commands;
using Rollcall.DeviceAgent.Wire;

namespace Rollcall.DeviceAgent.Line;

/// <content>What is said over the line, and what is heard.</content>
internal sealed partial class LiveConnection
{
    private readonly Dictionary<long, TaskCompletionSource<LineFrame?>> _asked = [];
    private long _frames;

    /// <summary>Sends a beat over the line.</summary>
    /// <returns>Null: there is no line for this token, or it gave no answer; the beat is to go another way.</returns>
    public async Task<Reply<BeatAnswer>?> BeatAsync(string token, BeatRequest beat, CancellationToken abandon) =>
        await AskAsync(
            token, id => JsonSerializer.SerializeToUtf8Bytes(new LineBeat("heartbeat", id, beat.Status, beat.Metrics), WireJson.Default.LineBeat),
            abandon) switch
        {
            null => null,
            { Type: "heartbeat_ack" } said =>
                new(new Answer(said.Stored == false ? 202 : 200), new BeatAnswer(said.Stored, said.Timestamp, said.NextHeartbeat)),
            var said => new(Refused(said), null),
        };

    /// <summary>Says what became of a command.</summary>
    /// <returns>Null: as of a beat.</returns>
    public async Task<Answer?> ReportAsync(string token, string commandId, CommandReport report, CancellationToken abandon)
    {
        var type = report.Status == CommandReport.Acknowledged.Status ? "command_ack" : "command_result";
        return await AskAsync(
            token,
            id => JsonSerializer.SerializeToUtf8Bytes(
                new LineReport(type, id, commandId, report.Status, report.Result, report.Error), WireJson.Default.LineReport),
            abandon) switch
        {
            null => null,
            { Type: "ack" } => new Answer(200),
            var said => Refused(said),
        };
    }

    private async Task<LineFrame?> AskAsync(string token, Func<long, byte[]> frame, CancellationToken abandon)
    {
        IGatewayConnection line;
        var reply = new TaskCompletionSource<LineFrame?>();
        long id;
        lock (_gate)
        {
            if (_open is not { } open || open.Token != token)
            {
                return null;
            }

            line = open.Line;
            id = ++_frames;
            _asked[id] = reply;
        }

        try
        {
            await line.SendAsync(frame(id), abandon).WaitAsync(GatewayClient.Timeout, clock, abandon);
            return await reply.Task.WaitAsync(GatewayClient.Timeout, clock, abandon);
        }
        catch (Exception lost) when (lost is not OperationCanceledException || !abandon.IsCancellationRequested)
        {
            // It looks alive and is not: the next one may be better.
            await CutAsync(line);
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

    private void Take(byte[] frame)
    {
        LineFrame? said;
        try
        {
            said = JsonSerializer.Deserialize(frame, WireJson.Default.LineFrame);
        }
        catch (JsonException)
        {
            return;
        }

        if (said is { Type: "command" })
        {
            onCommand?.Invoke(new AgentCommand(said.Id, said.Command, said.Parameters));
            return;
        }

        TaskCompletionSource<LineFrame?>? asked = null;
        lock (_gate)
        {
            if (said is { Type: "heartbeat_ack" or "ack" or "error", RequestId: { } id })
            {
                _asked.Remove(id, out asked);
            }
        }

        asked?.TrySetResult(said);
    }

    /// <summary>As the same refusal over REST.</summary>
    private static Answer Refused(LineFrame said) =>
        new(StatusOf(said.Code), said.Code, TimeSpan.FromSeconds(Math.Clamp(said.RetryAfter ?? 0, 0, 3_600)));

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
