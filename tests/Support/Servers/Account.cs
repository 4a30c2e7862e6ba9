namespace Rollcall.Support.Servers;

/// <summary>Who a server runs as. PostgreSQL refuses to run as root, so root becomes somebody else for it.</summary>
public static class Account
{
    /// <summary>What comes before a command so that it runs as that user; it replaces itself by the command, the process stays one.</summary>
    public static IReadOnlyList<string> Prefix { get; } = Environment.IsPrivilegedProcess ? Become("postgres") ?? Become("nobody") ?? [] : [];

    private static string[]? Become(string user) => File.ReadLines("/etc/passwd")
        .Select(line => line.Split(':'))
        .Where(fields => fields[0] == user)
        .Select(fields => new[] { "setpriv", "--reuid", fields[2], "--regid", fields[3], "--clear-groups", "--" })
        .FirstOrDefault();
}
