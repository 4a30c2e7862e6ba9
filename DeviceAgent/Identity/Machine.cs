using System.Net.NetworkInformation;
using Microsoft.Win32;

namespace Rollcall.DeviceAgent.Identity;

/// <summary>What tells this machine from others.</summary>
internal static class Machine
{
    public static string DefaultDeviceId() => DeviceIds.Default(Environment.MachineName, Id(), InContainer());

    private static bool InContainer() =>
        Environment.GetEnvironmentVariable("DOTNET_RUNNING_IN_CONTAINER") is "true" or "1"
        || Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") is not null
        || File.Exists("/.dockerenv")
        || File.Exists("/run/.containerenv");

    private static string? Id() => FromSystem() ?? FromNetworkCard();

    private static string? FromSystem()
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                return Registry.GetValue(@"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Cryptography", "MachineGuid", null) as string;
            }

            return File.Exists("/etc/machine-id") && File.ReadAllText("/etc/machine-id").Trim() is { Length: > 0 } id ? id : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or System.Security.SecurityException)
        {
            return null;
        }
    }

    // macOS keeps no readable file with a machine id; a card's address is as lasting.
    private static string? FromNetworkCard()
    {
        try
        {
            return NetworkInterface.GetAllNetworkInterfaces()
                .Where(card => card.NetworkInterfaceType != NetworkInterfaceType.Loopback)
                .Select(card => card.GetPhysicalAddress().ToString())
                .Where(address => address.Length == 12)
                .Order(StringComparer.Ordinal)
                .FirstOrDefault();
        }
        catch (NetworkInformationException)
        {
            return null;
        }
    }
}
