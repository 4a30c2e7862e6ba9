namespace Rollcall;

/// <summary>What every store's <c>presence_events</c> has.</summary>
internal static class EventColumns
{
    /// <summary>Bytes that a row counts for: about what it takes on the disk with its indexes, two of which name the customer or the device.</summary>
    public const string Size = "(96 + 2 * (length(customer_id) + length(device_id)))";
}
