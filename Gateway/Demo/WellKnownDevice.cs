using System.Security.Cryptography;
using Rollcall.Devices;
using Rollcall.Fleet;

namespace Rollcall.Demo;

/// <summary>
/// The device of the README and of the agent's probe. It is added when it first signs in: a fleet whose first row was never seen would look
/// broken. Its secret is public, so a gateway that others can reach does not know it.
/// </summary>
/// <param name="allowed">This gateway keeps the roll itself, and only this machine can connect, by no proxy.</param>
internal sealed class WellKnownDevice(IGrainFactory grains, bool allowed)
{
    public const string Id = "test-device-001";
    public const string Secret = "test-secret-12345";

    /// <summary>Adds the device if these are its id and its secret.</summary>
    /// <returns>True: it may sign in again. It was added, by this call or by another one.</returns>
    public async Task<bool> AddedAsync(string deviceId, string secret)
    {
        if (!allowed || deviceId != Id || secret != Secret)
        {
            return false;
        }

        var device = new NewDevice(Id, "Test device", Location: null, WithSecret: true, RandomNumberGenerator.GetBytes(32));
        var reply = await grains.GetFleet(DemoFleet.Customer).CreateWithSecret(device, new OwnSecret(Secret, Hash: null));
        return reply.Refusal is Refusal.None or Refusal.Conflict;
    }
}
