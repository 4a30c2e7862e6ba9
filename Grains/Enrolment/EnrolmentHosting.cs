using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Rollcall.Enrolment;

internal static class EnrolmentHosting
{
    /// <summary>Enrolment keys.</summary>
    public static ISiloBuilder AddEnrolment(this ISiloBuilder silo, EnrolmentOptions options)
    {
        silo.Services.AddSingleton(Options.Create(options));
        return silo;
    }
}
