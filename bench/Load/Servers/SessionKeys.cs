using System.Security.Cryptography;

namespace Rollcall.Load.Servers;

/// <summary>The key under which sessions are signed in this run; both servers get it, so that both accept the same requests.</summary>
internal static class SessionKeys
{
    public const string Setting = "SESSION_SIGNING_KEYS";

    public static string New() => "load:" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
}
