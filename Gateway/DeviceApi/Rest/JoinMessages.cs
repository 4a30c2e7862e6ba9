using Rollcall.Http;

namespace Rollcall.DeviceApi.Rest;

/// <summary>Sign-in of a device.</summary>
internal sealed record AuthRequest(
    [property: IdText(Required = true)] string? DeviceId = null, [property: Text(8, 256, Required = true)] string? DeviceSecret = null)
    : IBody<AuthRequest>
{
    public static int MostBytes => 16 * 1024;
}

/// <summary>A session.</summary>
/// <param name="Token">Opaque to the device; goes with every call.</param>
/// <param name="ExpiresIn">Seconds. Renew at a random point in 70-90 % of it.</param>
/// <param name="HeartbeatInterval">Milliseconds between beats.</param>
/// <param name="HeartbeatTimeout">Milliseconds of silence after which the device is offline.</param>
internal sealed record AuthAnswer(string Token, string TokenType, long ExpiresIn, string DeviceId, int HeartbeatInterval, int HeartbeatTimeout);

/// <summary>A device joins: by the one-time code its owner was given for it, or by an enrolment key and an id that it chooses.</summary>
/// <param name="EnrolmentKey">Instead of a code: good for many devices of one customer, within its limits.</param>
/// <param name="Name">Free text.</param>
internal sealed record RegisterRequest(
    [property: IdText(Required = true)] string? DeviceId = null, [property: Text(1, 256)] string? ActivationCode = null,
    [property: Text(1, 256)] string? EnrolmentKey = null, [property: Text(0, Validation.LongestText)] string? Name = null)
    : IBody<RegisterRequest>
{
    public static int MostBytes => 16 * 1024;

    void IBody<RegisterRequest>.Check(Validation validation, TimeProvider clock)
    {
        if (EnrolmentKey is not null && ActivationCode is not null)
        {
            validation.Add("enrolmentKey", "must not stand beside an activationCode.");
        }
        else if (EnrolmentKey is null && ActivationCode is null)
        {
            validation.Add("activationCode", "is missing.");
        }
    }
}

/// <summary>The device's secret, shown this once.</summary>
internal sealed record RegisterAnswer(string DeviceId, string DeviceSecret);
