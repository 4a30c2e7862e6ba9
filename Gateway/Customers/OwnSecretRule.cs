using Rollcall.Devices;
using Rollcall.Wire;

namespace Rollcall.Customers;

/// <summary>What a device may bring along as its secret.</summary>
internal static class OwnSecretRule
{
    public static Validation Check(Validation validation, CreateDeviceRequest request, bool withSecret)
    {
        if (request is { DeviceSecret: not null, SecretHash: not null })
        {
            validation.Add("secretHash", "does not go with deviceSecret: give one of them.");
        }
        else if (withSecret && (request.DeviceSecret ?? request.SecretHash) is not null)
        {
            validation.Add("secret", "true asks for a new secret: leave it out with deviceSecret or secretHash.");
        }

        if (request.DeviceSecret is not null)
        {
            validation.Text("deviceSecret", request.DeviceSecret, 8, 256);
        }

        return request.SecretHash is null || ForeignHash.IsKnown(request.SecretHash)
            ? validation : validation.Add("secretHash", $"must be {ForeignHash.Rule}.");
    }
}
