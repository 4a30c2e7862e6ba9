using Rollcall.Devices;
using Rollcall.Http.Problems;

namespace Rollcall.DeviceApi.Rest;

/// <summary>What HTTP calls the outcome of a device's call; an error frame of a socket says the same.</summary>
internal static class DeviceProblems
{
    /// <exception cref="ArgumentOutOfRangeException">It succeeded.</exception>
    public static Problem Of(DeviceOutcome outcome) => outcome.Reason switch
    {
        ReasonCode.Superseded => Problem.Of(Refusal.SessionSuperseded),
        ReasonCode.Revoked or ReasonCode.TokenExpired or ReasonCode.Goodbye => Problem.InvalidSession(),
        ReasonCode.Disabled => Problem.Of(Refusal.Disabled),
        ReasonCode.Maintenance => Problem.Of(Refusal.Maintenance),
        ReasonCode.Removed or ReasonCode.UnknownCommand => Problem.NotFound(),
        ReasonCode.CommandConflict => Problem.Conflict("Another result was given before, or the command was cancelled or has expired."),
        ReasonCode.Rejected => Problem.Of(Refusal.Rejected),
        ReasonCode.Silent => Problem.OfStatus(StatusCodes.Status408RequestTimeout),
        ReasonCode.TooLarge => Problem.OfStatus(StatusCodes.Status413PayloadTooLarge),
        ReasonCode.TooManyGoodbyes => Problem.TooManyGoodbyes(outcome.RetryAfter),
        ReasonCode.RateLimited or ReasonCode.Abuse => Problem.RateLimited(),
        ReasonCode.Busy or ReasonCode.QuotaExceeded => Problem.Busy(outcome.RetryAfter),
        ReasonCode.Stopping or ReasonCode.Fault or ReasonCode.Unavailable => Problem.Unavailable(),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "There is no problem."),
    };
}
