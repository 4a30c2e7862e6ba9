using System.Net.WebSockets;

namespace Rollcall.DeviceApi.WebSockets;

/// <summary>The last frame of a socket.</summary>
/// <param name="Reason">For people.</param>
internal readonly record struct CloseFrame(WebSocketCloseStatus Code, string Reason);

/// <summary>Why a device's socket is closed, as the contract numbers it.</summary>
internal static class CloseCodes
{
    /// <exception cref="ArgumentOutOfRangeException">This reason closes nothing: it is sent as an error frame.</exception>
    public static CloseFrame Of(ReasonCode reason) => reason switch
    {
        ReasonCode.Goodbye => new(WebSocketCloseStatus.NormalClosure, "the session is over"),
        ReasonCode.Stopping => new(WebSocketCloseStatus.EndpointUnavailable, "this gateway stops"),
        ReasonCode.Silent => new(WebSocketCloseStatus.PolicyViolation, "silent for the heartbeat timeout"),
        ReasonCode.TooLarge => new(WebSocketCloseStatus.MessageTooBig, $"a frame has more than {FrameSocket.MostFrameBytes} bytes"),
        ReasonCode.Fault => new(WebSocketCloseStatus.InternalServerError, "a fault of ours"),
        ReasonCode.Abuse => new((WebSocketCloseStatus)4000, "too many bad frames"),
        ReasonCode.Superseded => new((WebSocketCloseStatus)4001, "a newer socket or session of this device"),
        ReasonCode.Revoked or ReasonCode.Disabled or ReasonCode.Maintenance or ReasonCode.Removed =>
            new((WebSocketCloseStatus)4002, "revoked, disabled, in maintenance or deleted"),
        ReasonCode.TokenExpired => new((WebSocketCloseStatus)4003, "the token has expired"),
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "It closes nothing."),
    };
}
