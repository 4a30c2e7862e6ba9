namespace Rollcall.Secrets;

internal static class SecretCheckerCalls
{
    /// <summary>The verdict alone, on a device with one secret or none.</summary>
    public static async ValueTask<SecretVerdict> Check(
        this SecretChecker checker, string deviceId, string? credential, string secret, SignInSource source) =>
        (await checker.Verify(deviceId, credential is null ? [] : [credential], secret, source)).Verdict;
}
