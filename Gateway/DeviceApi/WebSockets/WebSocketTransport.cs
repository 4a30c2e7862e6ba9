using System.Text.Json;
using Rollcall.Commands;
using Rollcall.DeviceApi.Messages;
using Rollcall.DeviceApi.Rest;
using Rollcall.Measuring;
using Rollcall.Problems;
using Rollcall.Wire;

namespace Rollcall.DeviceApi.WebSockets;

/// <summary>A device's socket: each frame of the contract's table is a call of the protocol, and what comes of it a frame.</summary>
/// <param name="meter">Counts frames; null: nobody's.</param>
internal sealed class WebSocketTransport(
    FrameSocket socket, DeviceConnection connection, DeviceProtocol protocol, GatewayMeter? meter, TimeProvider clock)
    : IDeviceTransport
{
    private bool _greeted;

    /// <summary>The first thing the device hears, with its own first frame or a moment after the handshake. Then its commands may come.</summary>
    public void Greet()
    {
        if (Interlocked.Exchange(ref _greeted, true))
        {
            return;
        }

        Say(default, "connected", json =>
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
            connection.Heard();
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
            await TakeAsync(frame);
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            // A cut socket would come back, and be one call more.
            SayRefusal(frame, protocol.Late());
        }
        catch (IOException ours)
        {
            throw new InvalidOperationException("The twin cannot answer.", ours);
        }
    }

    private ValueTask TakeAsync(Frame frame) => frame.Type switch
    {
        "heartbeat" or "status_update" => BeatAsync(frame),
        "ping" or "connected" => TouchAsync(frame),
        "claim_command" => ClaimAsync(frame),
        "command_ack" or "command_result" => ReportAsync(frame),
        _ => RefuseInTurnAsync(frame, Problem.Invalid(frame.Type is null ? "type is missing." : "There is no such type.")),
    };

    private ValueTask BeatAsync(Frame frame) =>
        frame.Payload.Length > HeartbeatBody.MostBytes
            ? RefuseInTurnAsync(frame, Problem.TooLarge($"A beat has at most {HeartbeatBody.MostBytes} bytes."))
        : HeartbeatBody.TryRead(frame.Payload.Span, out var said, out var problem) ? BeatAsync(frame, said)
        : RefuseInTurnAsync(frame, problem!);

    private async ValueTask BeatAsync(Frame frame, HeartbeatPayload said)
    {
        var beat = await protocol.HeartbeatAsync(connection.Caller, said, connection);
        Answer(frame, beat.Outcome, "heartbeat_ack", json =>
        {
            Frame.WriteTime(json, beat.Timestamp);
            json.WriteNumber("nextHeartbeat", beat.NextHeartbeat);
            json.WriteBoolean("stored", beat.Stored);
            if (said.Ignored is { } ignored)
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
        CommandFrame.Read(frame, out var report) is { } problem ? RefuseInTurnAsync(frame, problem) : ReportAsync(frame, report);

    private async ValueTask ReportAsync(Frame frame, CommandFrame report) => Answer(
        frame, await protocol.ReportAsync(connection.Caller, report.CommandId, report.Said, connection), "ack",
        json => json.WriteString("commandId", report.CommandId));

    /// <summary>As over REST: after a restart all sockets speak at once, and what is taken in is to be answered in time.</summary>
    private async ValueTask RefuseInTurnAsync(Frame frame, Problem problem)
    {
        if (await protocol.WaitTurnAsync(connection.Caller) is { IsSuccess: false } busy)
        {
            SayRefusal(frame, busy);
            return;
        }

        Refuse(frame, problem);
    }

    /// <summary>The device's fault.</summary>
    private void Refuse(Frame frame, Problem problem)
    {
        SayError(frame, problem);
        connection.CountMalformed();
    }

    private void Answer(Frame frame, DeviceOutcome outcome, string type, Action<Utf8JsonWriter>? members = null)
    {
        if (outcome.IsSuccess)
        {
            Say(frame, type, members);
        }
        else
        {
            SayRefusal(frame, outcome);
        }
    }

    /// <summary>A final one is said by the close.</summary>
    private void SayRefusal(Frame frame, DeviceOutcome outcome)
    {
        if (!outcome.IsFinal)
        {
            SayError(frame, DeviceProblems.Of(outcome));
        }
    }

    private void SayError(Frame frame, Problem problem) => Say(frame, "error", json =>
    {
        json.WriteString("code", problem.Code);
        json.WriteString("message", problem.Detail);
        json.WriteString("error", problem.Detail);
        if (problem.RetryAfter is { } seconds)
        {
            json.WriteNumber("retryAfter", seconds);
        }
    });

    private void Say(Frame frame, string type, Action<Utf8JsonWriter>? members = null) => socket.Send(frame.Answer(type, members));
}
