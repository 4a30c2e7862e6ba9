using Rollcall.DeviceApi.Rest;
using Rollcall.DeviceApi.WebSockets;

namespace Rollcall.DeviceApi;

/// <summary>Every reason has its word in each protocol: here those that clients rely on.</summary>
public sealed class ReasonTableTests
{
    /// <summary>Close code (0: nothing is closed for it), and code of a problem.</summary>
    private static readonly Dictionary<ReasonCode, (int Close, string? Problem)> Words = new()
    {
        [ReasonCode.Success] = (0, null),
        [ReasonCode.Superseded] = (4001, "SESSION_SUPERSEDED"),
        [ReasonCode.Revoked] = (4002, "INVALID_SESSION"),
        [ReasonCode.Disabled] = (4002, "DEVICE_DISABLED"),
        [ReasonCode.Maintenance] = (4002, "DEVICE_MAINTENANCE"),
        [ReasonCode.Removed] = (4002, "NOT_FOUND"),
        [ReasonCode.TokenExpired] = (4003, "INVALID_SESSION"),
        [ReasonCode.Goodbye] = (1000, "INVALID_SESSION"),
        [ReasonCode.Stopping] = (1001, "UNAVAILABLE"),
        [ReasonCode.Silent] = (1008, "INVALID_REQUEST"),
        [ReasonCode.TooLarge] = (1009, "TOO_LARGE"),
        [ReasonCode.Abuse] = (4000, "RATE_LIMITED"),
        [ReasonCode.Fault] = (1011, "UNAVAILABLE"),
        [ReasonCode.UnknownCommand] = (0, "NOT_FOUND"),
        [ReasonCode.CommandConflict] = (0, "CONFLICT"),
        [ReasonCode.Rejected] = (0, "INVALID_REQUEST"),
        [ReasonCode.TooManyGoodbyes] = (0, "RATE_LIMITED"),
        [ReasonCode.RateLimited] = (0, "RATE_LIMITED"),
        [ReasonCode.Busy] = (0, "UNAVAILABLE"),
        [ReasonCode.QuotaExceeded] = (0, "UNAVAILABLE"),
        [ReasonCode.Unavailable] = (0, "UNAVAILABLE"),
    };

    [Fact]
    public void Every_reason_is_in_both_tables() => Assert.Equal(
        Enum.GetValues<ReasonCode>().Select(reason => (reason, Words.GetValueOrDefault(reason))),
        Enum.GetValues<ReasonCode>().Select(reason => (reason, (CloseOf(reason), ProblemOf(reason)))));

    /// <summary>A connection is closed with what ends its session, so a close code must say it.</summary>
    [Fact]
    public void What_is_final_closes() => Assert.All(
        Enum.GetValues<ReasonCode>().Where(reason => new DeviceOutcome(reason).IsFinal), reason => Assert.InRange(CloseOf(reason), 4001, 4002));

    private static int CloseOf(ReasonCode reason)
    {
        try
        {
            return (int)CloseCodes.Of(reason).Code;
        }
        catch (ArgumentOutOfRangeException)
        {
            return 0;
        }
    }

    private static string? ProblemOf(ReasonCode reason)
    {
        try
        {
            return DeviceProblems.Of(new DeviceOutcome(reason, 1)).Code;
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
    }
}
