using Rollcall.Http;

namespace Rollcall.Health;

/// <summary>What a silo says of itself and its stores. Strangers may ask as often as they like; silos are asked once a second.</summary>
internal sealed class DependencyCheck(IGrainFactory grains, TimeProvider clock)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private readonly Shared<Dependencies> _last = new(() => AskAsync(grains, clock), Fresh, clock);

    public Task<Dependencies> GetAsync() => _last.GetAsync();

    private static async Task<Dependencies> AskAsync(IGrainFactory grains, TimeProvider clock)
    {
        try
        {
            var stores = await grains.GetFleet("health").Look().AsTask().WaitAsync(Timeout, clock);
            return new Dependencies("ok", StatusOf(stores.Database), StatusOf(stores.Redis));
        }
        catch (Exception)
        {
            return new Dependencies("down", "unknown", "unknown");
        }
    }

    private static string StatusOf(bool? answers) => answers switch { null => "unused", true => "ok", false => "down" };
}
