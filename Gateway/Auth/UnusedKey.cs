namespace Rollcall.Auth;

/// <summary>
/// Says at the start that PORTAL_JWT_KEY does nothing beside an authority. Not refused: Compose asks for it, and one shell exports it for
/// all.
/// </summary>
internal static partial class UnusedKey
{
    public static void WarnOfUnusedKey(this WebApplication app, PortalTokenSettings settings)
    {
        if (IsUnused(settings))
        {
            LogUnused(app.Logger);
        }
    }

    /// <summary>Both are set, and only the authority's tokens are believed.</summary>
    public static bool IsUnused(PortalTokenSettings settings) => settings is { Authority: not null, Key: not null };

    [LoggerMessage(LogLevel.Warning, "PORTAL_JWT_KEY does nothing beside PORTAL_JWT_AUTHORITY: tokens that it signs are not accepted. Unset it.")]
    private static partial void LogUnused(ILogger log);
}
