using System.Text.Json;
using Rollcall.Commands;
using Rollcall.DeviceApi.Messages;
using Rollcall.DeviceApi.Rest;
using Rollcall.Http;
using Rollcall.Http.Problems;
using Rollcall.Measuring;

namespace Rollcall.DeviceApi.WebSockets;

/// <summary>A device's WebSocket: each frame of the contract's table is a call of the protocol, and its result is sent as a frame.</summary>
/// <param name="meter">Counts frames; null: they are not counted.</param>
internal sealed class WebSocketTransport(
    FrameSocket socket, DeviceConnection connection, DeviceProtocol protocol, GatewayMeter? meter, TimeProvider clock)
    : IDeviceTransport
{
    private bool _greeted;

    /// <summary>Sends the first frame, at the device's own first frame or a moment after the handshake. Then its commands may be sent.</summary>
    public void Greet()
    {
        if (Interlocked.Exchange(ref _greeted, true))
        {
            return;
        }

        Send(default, "connected", json =>
        {
            json.WriteString("deviceId", connection.Caller.DeviceId);
            json.WriteString("sessionId", connection.Caller.Session.Id);
            Frame.WriteTime(json, connection.OpenedAt);
            json.WriteNumber("heartbeatInterval", connection.HeartbeatInterval);
        });
        protocol.ReadyAsync(connection).AsTask().Ignore();
    }

    public void Deliver(IReadOnlyList<Command> commands) => socket.Send(
        [.. commands.Select(command => CommandFrame.Write(default, command, clock.GetUtcNow()))],
        () => protocol.MarkDelivered(connection.Caller, commands, connection));

    public void Close(ReasonCode reason) => socket.Close(CloseCodes.Of(reason));

    /// <param name="text">A frame of text; null: something else was sent.</param>
    public async ValueTask TakeAsync(ReadOnlyMemory<byte>? text)
    {
        if (text is not null)
        {
            connection.NoteAlive();
        }

        meter?.Frame();
        Greet();
        if (!Frame.TryRead(text ?? default, out var frame))
        {
            Refuse(default, Problem.Invalid("Frames are text, one JSON object each; requestId is a text or a number."));
            return;
        }

        try
        {
            await DispatchAsync(frame);
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            // A device whose socket was closed would reconnect, which is one more call.
            SendRefusal(frame, protocol.Late());
        }
        catch (IOException ours)
        {
            throw new InvalidOperationException("The twin cannot answer.", ours);
        }
    }

    private ValueTask DispatchAsync(Frame frame) => frame.Type switch
    {
        "heartbeat" or "status_update" => HeartbeatAsync(frame),
        "ping" or "connected" => TouchAsync(frame),
        "claim_command" => ClaimAsync(frame),
        "command_ack" or "command_result" => ReportAsync(frame),
        _ => RefuseInTurnAsync(frame, Problem.Invalid(frame.Type is null ? "type is missing." : "There is no such type.")),
    };

    private ValueTask HeartbeatAsync(Frame frame) =>
        frame.Payload.Length > HeartbeatParser.MostBytes
            ? RefuseInTurnAsync(frame, Problem.TooLarge($"A beat has at most {HeartbeatParser.MostBytes} bytes."))
        : HeartbeatParser.TryRead(frame.Payload.Span, out var payload, out var problem) ? RecordHeartbeatAsync(frame, payload)
        : RefuseInTurnAsync(frame, problem!);

    private async ValueTask RecordHeartbeatAsync(Frame frame, HeartbeatPayload payload)
    {
        var beat = await protocol.HeartbeatAsync(connection.Caller, payload, connection);
        Answer(frame, beat.Outcome, "heartbeat_ack", json =>
        {
            Frame.WriteTime(json, beat.Timestamp);
            json.WriteNumber("nextHeartbeat", beat.NextHeartbeat);
            json.WriteBoolean("stored", beat.Stored);
            if (payload.Ignored is { } ignored)
            {
                json.WritePropertyName("ignoredMetrics");
                JsonSerializer.Serialize(json, ignored, WireJson.Default.IReadOnlyListString);
            }
        });
    }

    /// <summary>Any valid frame is a sign of life. Old agents' <c>connected</c> is answered with nothing.</summary>
    private async ValueTask TouchAsync(Frame frame)
    {
        var touch = await protocol.TouchAsync(connection);
        if (frame.Type == "ping" || !touch.Outcome.IsSuccess)
        {
            Answer(frame, touch.Outcome, "pong", json => Frame.WriteTime(json, touch.Timestamp));
        }
    }

    private async ValueTask ClaimAsync(Frame frame)
    {
        var next = await protocol.NextCommandAsync(connection);
        if (next.Command is { } command)
        {
            socket.Send(
                [CommandFrame.Write(frame, command, clock.GetUtcNow())], () => protocol.MarkDelivered(connection.Caller, [command], connection));
        }
        else
        {
            Answer(frame, next.Outcome, "no_commands");
        }
    }

    private ValueTask ReportAsync(Frame frame) =>
        CommandFrame.Read(frame, out var command) is { } problem ? RefuseInTurnAsync(frame, problem) : RecordReportAsync(frame, command);

    private async ValueTask RecordReportAsync(Frame frame, CommandFrame command) => Answer(
        frame, await protocol.ReportAsync(connection.Caller, command.CommandId, command.Report, connection), "ack",
        json => json.WriteString("commandId", command.CommandId));

    /// <summary>As over REST: after a restart all sockets send at once, and what is admitted is to be answered in time.</summary>
    private async ValueTask RefuseInTurnAsync(Frame frame, Problem problem)
    {
        if (await protocol.WaitTurnAsync(connection.Caller) is { IsSuccess: false } busy)
        {
            SendRefusal(frame, busy);
            return;
        }

        Refuse(frame, problem);
    }

    /// <summary>Refuses a malformed frame, and counts it.</summary>
    private void Refuse(Frame frame, Problem problem)
    {
        SendError(frame, problem);
        connection.CountMalformed();
    }

    private void Answer(Frame frame, DeviceOutcome outcome, string type, Action<Utf8JsonWriter>? members = null)
    {
        if (outcome.IsSuccess)
        {
            Send(frame, type, members);
        }
        else
        {
            SendRefusal(frame, outcome);
        }
    }

    /// <summary>Sends a refusal as an error frame; a final one is sent as the close.</summary>
    private void SendRefusal(Frame frame, DeviceOutcome outcome)
    {
        if (!outcome.IsFinal)
        {
            SendError(frame, DeviceProblems.Of(outcome));
        }
    }

    private void SendError(Frame frame, Problem problem) => Send(frame, "error", json =>
    {
        json.WriteString("code", problem.Code);
        json.WriteString("message", problem.Detail);
        json.WriteString("error", problem.Detail);
        if (problem.RetryAfter is { } seconds)
        {
            json.WriteNumber("retryAfter", seconds);
        }
    });

    private void Send(Frame frame, string type, Action<Utf8JsonWriter>? members = null) => socket.Send(frame.Answer(type, members));
}
