using Orleans.Runtime;

namespace Rollcall.Redis;

/// <summary>A lost silo may have had unsent hints, so the sessions in Redis are repaired.</summary>
internal sealed class LostSilos(ISiloStatusOracle silos, SessionRepair repair) : ILifecycleParticipant<ISiloLifecycle>, ISiloStatusListener
{
    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        if (status == SiloStatus.Dead && !updatedSilo.Equals(silos.SiloAddress))
        {
            repair.Request();
        }
    }

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(LostSilos), ServiceLifecycleStage.Active,
        _ =>
        {
            silos.SubscribeToSiloStatusEvents(this);
            return Task.CompletedTask;
        },
        _ => Task.CompletedTask);
}
