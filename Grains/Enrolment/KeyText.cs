using System.Security.Cryptography;
using Rollcall.Secrets;

namespace Rollcall.Enrolment;

/// <summary>The text of an enrolment key, which devices show.</summary>
internal static class KeyText
{
    /// <summary>A key that somebody chose has at least this many characters: its hash is its address, so nothing else slows guessing.</summary>
    public const int Shortest = 32;

    public const int Longest = 256;

    /// <summary>256 bits with a prefix that people, and scanners for leaked secrets, recognize.</summary>
    public static string Generate() => "rke_" + SecretScheme.Generate();

    /// <summary>A key's public id; it reveals nothing of the text.</summary>
    public static string NewId() => "key-" + RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz23456789", 12);
}
