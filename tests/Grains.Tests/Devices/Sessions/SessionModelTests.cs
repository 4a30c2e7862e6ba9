using System.Collections.Concurrent;
using CsCheck;
using Rollcall.Devices.Presence.Model;

namespace Rollcall.Devices.Sessions;

public sealed class SessionModelTests
{
    private static readonly int Many = Rounds.Of(3_000);

    /// <summary>What must have happened often for the model to say anything.</summary>
    private static readonly string[] Telling =
    [
        "beat: stored, changed", "beat: kept", "beat: SESSION_SUPERSEDED", "beat: INVALID_SESSION", "beat over a socket: SESSION_SUPERSEDED",
        "connect: kept",
        "sign in, the same request again: ok", "report: NOT_FOUND", "end session: ok, changed", "revoke: ok, changed", "move: done",
        "store back: done, changed",
        "send: ok, changed", "written: done, changed", "acknowledge: ok, changed", "acknowledge: SESSION_SUPERSEDED", "acknowledge: UNAVAILABLE",
        "complete: ok, changed",
        "acknowledge over a socket: ok, changed", "complete over a socket: ok, changed",
    ];

    [Fact]
    public void Over_thousands_of_random_histories_sessions_are_what_the_contract_says()
    {
        var tally = new ConcurrentDictionary<string, int>();
        Histories.All.Sample(history => SessionHistory.Holds(history, null, tally), iter: Many, print: Histories.Print);
        foreach (var (what, count) in tally.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"{count,8} {what}");
        }

        Assert.All(Telling, what => Assert.True(tally.GetValueOrDefault(what) > 20, $"{what}: {tally.GetValueOrDefault(what)}"));
    }
}
