using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Rollcall.Secrets;

internal static class SecretHosting
{
    /// <summary>Checks of secrets, and the pass that stores weak ones in a better form.</summary>
    public static ISiloBuilder AddSecrets(this ISiloBuilder silo, SecretOptions options)
    {
        silo.Services.AddSingleton(Options.Create(options)).AddSingleton<SecretChecker>().AddHostedService<SecretHardening>();
        return silo;
    }
}
