using Orleans.Runtime;

namespace Rollcall.Redis;

/// <summary>A silo that is lost takes hints with it that it had not sent yet: the sessions are made right.</summary>
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
