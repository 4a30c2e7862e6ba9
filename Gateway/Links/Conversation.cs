using System.Text.Json;
using Rollcall.Admission;
using Rollcall.Commands;
using Rollcall.Devices;
using Rollcall.Measuring;
using Rollcall.Problems;
using Rollcall.Wire;

namespace Rollcall.Links;

/// <summary>What is said over one device's socket: each frame of the contract's table and its answer. A beat here is a beat.</summary>
internal sealed class Conversation(
    DeviceLink link, ConnectReply opened, IDeviceGrain twin, AdmissionControl admission, GatewayMeter? meter, TimeProvider clock)
{
    private const int MostErrors = 20;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly Queue<long> _errors = new(0);
    private bool _greeted;

    public DeviceLink Line => link;

    /// <summary>The first thing the device hears, with its own first frame or a moment after the handshake. Then its commands may come.</summary>
    public void Greet()
    {
        if (Interlocked.Exchange(ref _greeted, true))
        {
            return;
        }

        Say(default, "connected", json =>
        {
            json.WriteString("deviceId", link.Caller.DeviceId);
            json.WriteString("sessionId", link.Caller.Session.Id);
            Frame.WriteTime(json, opened.Timestamp);
            json.WriteNumber("heartbeatInterval", opened.HeartbeatInterval);
        });
        AttendAsync().Ignore();
    }

    /// <summary>The device has been greeted: what waits for it may come. If this is lost its next beat says it.</summary>
    private async Task AttendAsync()
    {
        // It may have been ended while it was being opened, when nobody here could be told. A fault of ours is not asked after again.
        if (await twin.Attend(link.Link) is not (Refusal.Unavailable or Refusal.Moved) and var refusal)
        {
            Answer(default, refusal, () => { });
        }
    }

    /// <summary>Writes commands, in this order, and then says that they were.</summary>
    public void Deliver(IReadOnlyList<Command> commands) => link.Send(
        [.. commands.Select(command => default(Frame).Answer("command", json => CommandFrame.Write(json, command, clock.GetUtcNow())))],
        () => Sent(commands));

    /// <param name="bytes">A text frame; empty: something else was sent.</param>
    public async ValueTask TakeAsync(ReadOnlyMemory<byte> bytes)
    {
        meter?.Frame();
        Greet();
        if (!Frame.TryRead(bytes, out var frame))
        {
            Refuse(default, Problem.Invalid("Frames are text, one JSON object each; requestId is a text or a number."));
            return;
        }

        try
        {
            // As over REST: after a restart all sockets speak at once, and what is taken in is to be answered in time.
            using var place = await admission.EnterAsync(link.Caller.DeviceId);
            if (place.Refused is { } busy)
            {
                SayError(frame, busy);
                return;
            }

            await TakeAsync(frame, place);
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            // A cut socket would come back, and be one call more.
            SayError(frame, admission.Late());
        }
        catch (IOException ours)
        {
            throw new InvalidOperationException("The twin cannot answer.", ours);
        }
    }

    private async ValueTask TakeAsync(Frame frame, Place place)
    {
        switch (frame.Type)
        {
            case "heartbeat" or "status_update":
                await BeatAsync(frame, place);
                break;
            case "ping":
                await SignAsync(frame, place, reply => Say(frame, "pong", json => Frame.WriteTime(json, reply.Timestamp)));
                break;
            case "claim_command":
                await ClaimAsync(frame);
                break;
            case "command_ack" or "command_result":
                await ReportAsync(frame);
                break;
            case "connected":
                await SignAsync(frame, place, _ => { });
                break;
            default:
                Refuse(frame, Problem.Invalid(frame.Type is null ? "type is missing." : "There is no such type."));
                break;
        }
    }

    private async ValueTask ClaimAsync(Frame frame)
    {
        var reply = await TwinCalls.Patiently(() => twin.Claim(link.Link), reply => reply.Refusal);
        Answer(frame, reply.Refusal, () =>
        {
            if (reply.Command is { } command)
            {
                link.Send([frame.Answer("command", json => CommandFrame.Write(json, command, clock.GetUtcNow()))], () => Sent([command]));
            }
            else
            {
                Say(frame, "no_commands");
            }
        });
    }

    /// <summary>What the device reports of a command.</summary>
    private async ValueTask ReportAsync(Frame frame)
    {
        if (CommandFrame.Read(frame, out var said) is { } problem)
        {
            Refuse(frame, problem);
            return;
        }

        var report = new CommandReport(link.Caller.Session, link.Link, said.CommandId, said.Status, said.Result, said.Error);
        var reply = await TwinCalls.Patiently(() => twin.Report(report), reply => reply.Refusal);
        if (reply.Refusal is Refusal.NotFound or Refusal.Conflict)
        {
            SayError(frame, CommandReports.Refused(reply.Refusal));
        }
        else
        {
            Answer(frame, reply.Refusal, () => Say(frame, "ack", json => json.WriteString("commandId", said.CommandId)));
        }
    }

    private void Sent(IReadOnlyList<Command> commands) => twin.Sent(link.Link.LinkId, [.. commands.Select(command => command.Id)]).AsTask().Ignore();

    private async ValueTask BeatAsync(Frame frame, Place place)
    {
        if (frame.Payload.Length > HeartbeatBody.MostBytes)
        {
            Refuse(frame, Problem.TooLarge($"A beat has at most {HeartbeatBody.MostBytes} bytes."));
        }
        else if (!HeartbeatBody.TryRead(frame.Payload.Span, out var said, out var problem))
        {
            Refuse(frame, problem!);
        }
        else
        {
            var beat = new Heartbeat(link.Caller.Session, said.Goodbye, said.Health, said.Metrics, link.Link.Gateway, link.Link, said.Ignored);
            var reply = await TwinCalls.Patiently(() => twin.Heartbeat(beat), reply => reply.Refusal);
            place.Served(reply.Refusal);
            if (reply.Refusal == Refusal.RateLimited)
            {
                SayError(frame, Problem.TooManyGoodbyes(reply.NextHeartbeat));
                return;
            }

            Answer(frame, reply.Refusal, () => Say(frame, "heartbeat_ack", json =>
            {
                Frame.WriteTime(json, reply.Timestamp);
                json.WriteNumber("nextHeartbeat", reply.NextHeartbeat);
                json.WriteBoolean("stored", reply.Stored);
                if (said.Ignored is { } ignored)
                {
                    json.WritePropertyName("ignoredMetrics");
                    JsonSerializer.Serialize(json, ignored, WireJson.Default.IReadOnlyListString);
                }
            }));
        }
    }

    /// <summary>Any valid frame is a sign of life.</summary>
    private async ValueTask SignAsync(Frame frame, Place place, Action<ConnectReply> answer)
    {
        var reply = await TwinCalls.Patiently(() => twin.Sign(link.Link), reply => reply.Refusal);
        place.Served(reply.Refusal);
        Answer(frame, reply.Refusal, () => answer(reply));
    }

    private void Answer(Frame frame, Refusal refusal, Action answer)
    {
        switch (refusal)
        {
            case Refusal.None:
                answer();
                break;
            case Refusal.SessionSuperseded:
                Close(LinkEnd.Superseded);
                break;
            case Refusal.InvalidSession or Refusal.Disabled or Refusal.Maintenance or Refusal.NotFound:
                Close(LinkEnd.Revoked);
                break;
            default:
                SayError(frame, Problem.Of(refusal));
                break;
        }
    }

    private void Close(LinkEnd why)
    {
        var (code, reason) = LinkBook.Of(why);
        link.Close(code, reason);
    }

    /// <summary>The device's fault; too many of them within a minute, and it is closed.</summary>
    private void Refuse(Frame frame, Problem problem)
    {
        SayError(frame, problem);
        _errors.Enqueue(clock.GetTimestamp());
        while (clock.GetElapsedTime(_errors.Peek()) > Minute)
        {
            _errors.Dequeue();
        }

        if (_errors.Count > MostErrors)
        {
            link.Close(CloseCode.Abuse, "too many bad frames");
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

    private void Say(Frame frame, string type, Action<Utf8JsonWriter>? members = null) => link.Send(frame.Answer(type, members));
}
