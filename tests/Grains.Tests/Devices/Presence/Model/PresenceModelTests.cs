using CsCheck;

namespace Rollcall.Devices.Presence.Model;

public sealed class PresenceModelTests
{
    private static readonly int Many = Rounds.Of(2_000);

    [Fact]
    public void Over_thousands_of_random_histories_the_twin_does_what_the_contract_says() =>
        Histories.All.Sample(history => PresenceProperty.Holds(history), iter: Many, print: Print);

    internal static string Print(Step[] history) => string.Join(" ", history.Select(step => step.ToString()));
}
