using System.Security.Cryptography;
using System.Text;
using Orleans.Runtime;
using Rollcall.Cluster;
using Rollcall.Devices;
using Rollcall.Enrolment;
using Rollcall.Feed;
using Rollcall.Fleet;

namespace Rollcall;

/// <summary>
/// The one place where grain keys are built and read. Each has a prefix: a store that folds keys which look like
/// GUIDs or numbers must never meet a bare device id.
/// </summary>
public static class Keys
{
    private const string DevicePrefix = "device:";
    private const string FleetPrefix = "roster:";
    private const string SubscriptionsPrefix = "interest:";
    private const string SiloFeedPrefix = "silo-feed:";
    private const string SiloPrefix = "silo:";
    private const string CustomerPrefix = "customer:";
    private const string EnrolmentKeyPrefix = "enrolment-key:";
    private static GrainReference? _firstDevice;

    /// <summary>Key of a device's twin.</summary>
    public static string Device(string deviceId) => DevicePrefix + deviceId;

    /// <summary>Key of a customer's fleet.</summary>
    public static string Fleet(string customerId) => FleetPrefix + customerId;

    /// <summary>Key of a customer's subscriptions.</summary>
    public static string Subscriptions(string customerId) => SubscriptionsPrefix + customerId;

    /// <summary>Key of a customer.</summary>
    public static string Customer(string customerId) => CustomerPrefix + customerId;

    /// <summary>Key of an enrolment key, by the hash of its text: the text itself is kept nowhere.</summary>
    public static string EnrolmentKey(string text) =>
        EnrolmentKeyPrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Key of a silo's feed.</summary>
    public static string SiloFeed(SiloAddress silo) => SiloFeedPrefix + silo.ToParsableString();

    /// <summary>Key of a silo itself.</summary>
    public static string Silo(SiloAddress silo) => SiloPrefix + silo.ToParsableString();

    /// <summary>The silo in the key of a grain that is placed on it.</summary>
    public static SiloAddress SiloOf(string key) => SiloAddress.FromParsableString(key[(key.IndexOf(':', StringComparison.Ordinal) + 1)..]);

    /// <summary>The customer id in the key of subscriptions.</summary>
    public static string CustomerOfSubscriptions(string key) => key[SubscriptionsPrefix.Length..];

    /// <summary>The device id in a twin's key.</summary>
    public static string DeviceOf(string key) => key[DevicePrefix.Length..];

    /// <summary>The customer id in a fleet's or a customer's key.</summary>
    public static string CustomerOf(string key) => key[(key.IndexOf(':', StringComparison.Ordinal) + 1)..];

    /// <summary>A device's twin.</summary>
    /// <remarks>Orleans looks an interface's names up by reflection at every call; the first reference knows them for all others.</remarks>
    public static IDeviceGrain GetDevice(this IGrainFactory grains, string deviceId)
    {
        var key = Device(deviceId);
        var first = _firstDevice ??= (GrainReference)grains.GetGrain<IDeviceGrain>(key);
        return (IDeviceGrain)grains.GetGrain(GrainId.Create(first.GrainId.Type, key), first.InterfaceType);
    }

    /// <summary>A customer's fleet.</summary>
    public static IFleetGrain GetFleet(this IGrainFactory grains, string customerId) => grains.GetGrain<IFleetGrain>(Fleet(customerId));

    /// <summary>The subscriptions to a customer.</summary>
    public static ISubscriptionsGrain GetSubscriptions(this IGrainFactory grains, string customerId) =>
        grains.GetGrain<ISubscriptionsGrain>(Subscriptions(customerId));

    /// <summary>A customer.</summary>
    public static ICustomerGrain GetCustomer(this IGrainFactory grains, string customerId) => grains.GetGrain<ICustomerGrain>(Customer(customerId));

    /// <summary>The enrolment key with this text, or with none.</summary>
    public static IEnrolmentKeyGrain GetEnrolmentKey(this IGrainFactory grains, string text) =>
        grains.GetGrain<IEnrolmentKeyGrain>(EnrolmentKey(text));

    /// <summary>A silo.</summary>
    public static ISiloGrain GetSilo(this IGrainFactory grains, SiloAddress silo) => grains.GetGrain<ISiloGrain>(Silo(silo));

    /// <summary>The active silos.</summary>
    public static ISilosGrain GetSilos(this IGrainFactory grains) => grains.GetGrain<ISilosGrain>("silos:");
}
