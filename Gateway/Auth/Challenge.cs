namespace Rollcall.Auth;

/// <summary>What a 401 asks for, in <c>WWW-Authenticate</c>.</summary>
internal static class Challenge
{
    /// <summary>RFC 6750 wants a parameter behind the scheme, and a client that parses the header (guile's) throws without one.</summary>
    public const string Bearer = "Bearer realm=\"rollcall\"";
}
