using Microsoft.Extensions.DependencyInjection;
using Rollcall.Clocks;

namespace Rollcall;

/// <summary>What a start says of the machine's clock.</summary>
public static class ClockHosting
{
    /// <summary>The argument of a start.</summary>
    public const string Argument = "--trust-clock";

    public const string Description = "Believe the clock at once, though it is more than a day ahead of the newest time in the store: what is old by it is forgotten.";

    public static IServiceCollection TrustClock(this IServiceCollection services) => services.Configure<ClockOptions>(clock => clock.IsTrusted = true);
}
