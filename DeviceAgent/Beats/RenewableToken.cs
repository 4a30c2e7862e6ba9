using Rollcall.DeviceAgent.State;

namespace Rollcall.DeviceAgent.Beats;

/// <summary>A token and the moment, on the monotonic clock, at which the device renews it.</summary>
internal sealed class RenewableToken
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    private RenewableToken(string token, long since, TimeSpan renewAfter)
    {
        Token = token;
        Since = since;
        RenewAfter = renewAfter;
    }

    public string Token { get; }

    /// <summary>From when <see cref="RenewAfter"/> counts: a timestamp of the monotonic clock.</summary>
    public long Since { get; }

    public TimeSpan RenewAfter { get; }

    /// <summary>Renewed at a random point in 70-90 % of its life, so that a fleet that began together spreads.</summary>
    public static RenewableToken Begin(string token, double? expiresIn, TimeProvider clock, Random random) =>
        new(token, clock.GetTimestamp(), RenewalAge(Life(expiresIn), random));

    /// <summary>A device whose clock is wrong renews at a poor moment; the token itself is left to the server to judge.</summary>
    public static RenewableToken Resume(StoredSession stored, TimeProvider clock, Random random)
    {
        var life = Life(stored.ExpiresIn);
        var age = clock.GetUtcNow() - stored.ObtainedAt;
        age = age < TimeSpan.Zero ? TimeSpan.Zero : age > life ? life : age;
        var left = RenewalAge(life, random) - age;
        return new(stored.Token, clock.GetTimestamp(), left < TimeSpan.Zero ? TimeSpan.Zero : left);
    }

    public bool RenewalDue(TimeProvider clock) => clock.GetElapsedTime(Since) >= RenewAfter;

    /// <summary>The same token, with the renewal put off.</summary>
    public RenewableToken RenewIn(TimeSpan delay, TimeProvider clock) => new(Token, clock.GetTimestamp(), delay);

    private static TimeSpan RenewalAge(TimeSpan life, Random random) => life * (0.7 + (0.2 * random.NextDouble()));

    private static TimeSpan Life(double? seconds) =>
        seconds is > 0 and < 1e9 ? TimeSpan.FromSeconds(seconds.Value) : Week;
}
