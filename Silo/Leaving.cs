using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Rollcall.Silo;

/// <summary>How long a stopping silo tries to update its status in the membership table.</summary>
internal static class Leaving
{
    /// <summary>
    /// Time for deactivating grains and draining the journal: what takes longer is cancelled, so that a stop ends within 35 s, also while
    /// Redis or PostgreSQL is away. Compose and Kubernetes wait longer before they kill.
    /// </summary>
    public static readonly TimeSpan StopTime = TimeSpan.FromSeconds(18);

    /// <summary>For one of the two statuses, "shutting down" and "dead". One more attempt may have started in time.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Orleans tries for a minute at each of two stages, whatever the host's ShutdownTimeout is, and cancels the deactivation in
    /// between. It reads the time that an attempt at a change of status may take when it begins one; joining has the default. Votes on
    /// other silos that join too slowly read another copy (IOptionsMonitor), and are not affected.
    /// </summary>
    public static void LeaveInTime(this WebApplication app)
    {
        var membership = app.Services.GetRequiredService<IOptions<ClusterMembershipOptions>>().Value;
        app.Lifetime.ApplicationStopping.Register(() => membership.MaxJoinAttemptTime = Timeout);
    }
}
