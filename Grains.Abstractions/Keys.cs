using Orleans.Runtime;
using Rollcall.Cluster;
using Rollcall.Devices;
using Rollcall.Feed;
using Rollcall.Roster;

namespace Rollcall;

/// <summary>
/// The one place where grain keys are built and read. Each has a prefix: a store that folds keys which look like
/// GUIDs or numbers must never meet a bare device id.
/// </summary>
public static class Keys
{
    private const string DevicePrefix = "device:";
    private const string RosterPrefix = "roster:";
    private const string InterestPrefix = "interest:";
    private const string SiloFeedPrefix = "silo-feed:";
    private const string SiloPrefix = "silo:";
    private static GrainReference? _firstDevice;

    /// <summary>Key of a device's twin.</summary>
    public static string Device(string deviceId) => DevicePrefix + deviceId;

    /// <summary>Key of a customer's roster.</summary>
    public static string Roster(string customerId) => RosterPrefix + customerId;

    /// <summary>Key of who watches a customer.</summary>
    public static string Interest(string customerId) => InterestPrefix + customerId;

    /// <summary>Key of a silo's feed.</summary>
    public static string SiloFeed(SiloAddress silo) => SiloFeedPrefix + silo.ToParsableString();

    /// <summary>Key of a silo itself.</summary>
    public static string Silo(SiloAddress silo) => SiloPrefix + silo.ToParsableString();

    /// <summary>The silo in the key of a grain that lives on it.</summary>
    public static SiloAddress SiloOf(string key) => SiloAddress.FromParsableString(key[(key.IndexOf(':', StringComparison.Ordinal) + 1)..]);

    /// <summary>The customer id in an interest's key.</summary>
    public static string CustomerOfInterest(string key) => key[InterestPrefix.Length..];

    /// <summary>The device id in a twin's key.</summary>
    public static string DeviceOf(string key) => key[DevicePrefix.Length..];

    /// <summary>The customer id in a roster's key.</summary>
    public static string CustomerOf(string key) => key[RosterPrefix.Length..];

    /// <summary>A device's twin.</summary>
    /// <remarks>Orleans looks an interface's names up by reflection at every call; the first reference knows them for all others.</remarks>
    public static IDeviceGrain GetDevice(this IGrainFactory grains, string deviceId)
    {
        var key = Device(deviceId);
        var first = _firstDevice ??= (GrainReference)grains.GetGrain<IDeviceGrain>(key);
        return (IDeviceGrain)grains.GetGrain(GrainId.Create(first.GrainId.Type, key), first.InterfaceType);
    }

    /// <summary>A customer's roster.</summary>
    public static IRosterGrain GetRoster(this IGrainFactory grains, string customerId) => grains.GetGrain<IRosterGrain>(Roster(customerId));

    /// <summary>Who watches a customer.</summary>
    public static IInterestGrain GetInterest(this IGrainFactory grains, string customerId) => grains.GetGrain<IInterestGrain>(Interest(customerId));

    /// <summary>A silo.</summary>
    public static ISiloGrain GetSilo(this IGrainFactory grains, SiloAddress silo) => grains.GetGrain<ISiloGrain>(Silo(silo));

    /// <summary>The silos that are there.</summary>
    public static ISilosGrain GetSilos(this IGrainFactory grains) => grains.GetGrain<ISilosGrain>("silos:");
}
