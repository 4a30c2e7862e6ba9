using Microsoft.Extensions.DependencyInjection;
using Rollcall.Clocks;

namespace Rollcall.Administration;

/// <summary>The argument by which a start trusts the machine's clock.</summary>
public static class ClockHosting
{
    /// <summary>The argument of a start.</summary>
    public const string Argument = "--trust-clock";

    public const string Description =
        "Believe the clock at once, though it is more than a day ahead of the newest time in the store: what is old by it is forgotten.";

    /// <summary>The argument is there or not.</summary>
    /// <exception cref="SettingException">It was given a value.</exception>
    public static void RequireNoValue(IReadOnlyList<string> arguments)
    {
        for (var at = 0; at < arguments.Count; at++)
        {
            if (arguments[at].StartsWith(Argument + "=", StringComparison.Ordinal)
                || arguments[at].StartsWith(Argument + ":", StringComparison.Ordinal)
                || (arguments[at] == Argument && at + 1 < arguments.Count && !arguments[at + 1].StartsWith('-')))
            {
                throw new SettingException(Argument, "takes no value, and nothing stands behind it: write it alone, or leave it out.");
            }
        }
    }

    public static IServiceCollection TrustClock(this IServiceCollection services) =>
        services.Configure<ClockOptions>(clock => clock.IsTrusted = true);
}
