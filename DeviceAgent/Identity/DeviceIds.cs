using System.Security.Cryptography;
using System.Text;

namespace Rollcall.DeviceAgent.Identity;

/// <summary>Which device ids are allowed, and the one a machine gives itself.</summary>
internal static class DeviceIds
{
    public const string Rule = "1-100 of A-Z a-z 0-9 _ - . : and begin with a letter or digit";

    public static bool Fits(string id) => id.Length is >= 1 and <= 100 && char.IsAsciiLetterOrDigit(id[0]) && id.All(Allowed);

    /// <summary><c>host-1a2b3c4d5e6f</c>; in a container, whose machine id is the image's, the host name alone.</summary>
    public static string Default(string host, string? machineId, bool inContainer)
    {
        var name = Clean(host);
        return inContainer || machineId is null ? name : $"{name[..Math.Min(name.Length, 87)]}-{Digest(machineId)}";
    }

    private static string Clean(string host)
    {
        var name = string.Concat(host.Select(letter => Allowed(letter) ? letter : '-')).TrimStart('-', '.', '_', ':');
        return name.Length == 0 ? "device" : name[..Math.Min(name.Length, 100)];
    }

    // Hashed: a machine id is meant to stay on its machine.
    private static string Digest(string machineId) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("rollcall-agent:" + machineId)))[..12];

    private static bool Allowed(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.' or ':';
}
