using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Rollcall.Clocks;

internal static class ClockTrustHosting
{
    /// <summary>The clock, and how far it is to be believed.</summary>
    public static ISiloBuilder AddClocks(this ISiloBuilder silo)
    {
        silo.Services.TryAddSingleton(TimeProvider.System);
        silo.Services.AddSingleton<ClockTrust>();
        return silo;
    }
}
