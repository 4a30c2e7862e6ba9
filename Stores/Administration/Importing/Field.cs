namespace Rollcall.Administration.Importing;

/// <summary>What a column or member is, by the names that are usual.</summary>
internal static class Field
{
    public const string Id = "id";
    public const string Name = "name";
    public const string Location = "location";
    public const string Secret = "secret";
    public const string Hash = "hash";
    public const string Interval = "heartbeatInterval";
    public const string Timeout = "heartbeatTimeout";

    /// <returns>Null: nothing that is read here.</returns>
    public static string? Of(string name) => name.Trim().Replace("_", "", StringComparison.Ordinal).ToUpperInvariant() switch
    {
        "ID" or "DEVICEID" => Id,
        "NAME" => Name,
        "LOCATION" => Location,
        "SECRET" or "DEVICESECRET" => Secret,
        "HEARTBEATINTERVAL" => Interval,
        "HEARTBEATTIMEOUT" => Timeout,
        "HASH" or "SECRETHASH" => Hash,
        _ => null,
    };
}
