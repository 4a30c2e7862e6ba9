using Rollcall.DeviceAgent.Wire;

namespace Rollcall.DeviceAgent.Beats;

/// <summary>What somebody has to do before a refused registration can succeed; the device itself can only ask again.</summary>
internal static class JoinAdvice
{
    public static string? For(Answer answer, string deviceId) => (answer.Status, answer.Code) switch
    {
        (409, _) => $"{deviceId} has joined before, and its secret is not here: bring its STATE_DIR back or set DEVICE_SECRET, "
            + "or let its owner delete the device; another device needs a DEVICE_ID of its own.",
        (400, "INVALID_ENROLMENT_KEY") => "Ask the owner for an ENROLMENT_KEY that is good and has room.",
        (400, "INVALID_ACTIVATION_CODE") => "Ask the owner for a new ACTIVATION_CODE for this device.",
        _ => null,
    };
}
