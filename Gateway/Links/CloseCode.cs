using System.Net.WebSockets;

namespace Rollcall.Links;

/// <summary>Why a device's socket is closed, as the contract numbers it.</summary>
internal static class CloseCode
{
    public const WebSocketCloseStatus Goodbye = WebSocketCloseStatus.NormalClosure;

    /// <summary>We stop: connect again at once, with jitter.</summary>
    public const WebSocketCloseStatus Stopping = WebSocketCloseStatus.EndpointUnavailable;

    /// <summary>No text frame for a whole heartbeat timeout, or it does not read what it is sent.</summary>
    public const WebSocketCloseStatus Policy = WebSocketCloseStatus.PolicyViolation;

    public const WebSocketCloseStatus TooLarge = WebSocketCloseStatus.MessageTooBig;

    public const WebSocketCloseStatus Fault = WebSocketCloseStatus.InternalServerError;

    public const WebSocketCloseStatus Abuse = (WebSocketCloseStatus)4000;

    /// <summary>A newer socket or session: somebody else is this device.</summary>
    public const WebSocketCloseStatus Superseded = (WebSocketCloseStatus)4001;

    /// <summary>Also disabled, in maintenance, deleted.</summary>
    public const WebSocketCloseStatus Revoked = (WebSocketCloseStatus)4002;

    public const WebSocketCloseStatus TokenExpired = (WebSocketCloseStatus)4003;
}
