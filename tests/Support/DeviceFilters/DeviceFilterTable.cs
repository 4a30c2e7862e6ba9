using System.Text.Json;

namespace Rollcall.Support.DeviceFilters;

/// <summary>
/// Devices, filters, and which devices each filter chooses: one table for the contract's filter, for what the stores make of it, for the hub, and
/// for the portal.
/// </summary>
/// <param name="Refused">What nobody may search for.</param>
public sealed record DeviceFilterTable(TableDevice[] Devices, FilterCase[] Cases, string[] Refused)
{
    public static readonly DeviceFilterTable Instance = Read();

    /// <summary>Asks each case and compares all answers at once.</summary>
    /// <param name="choose">Ids of the devices that the filter of a case chooses, ascending.</param>
    public static async Task CheckAsync(IEnumerable<FilterCase> cases, Func<FilterCase, Task<string[]>> choose)
    {
        var wrong = new List<string>();
        foreach (var one in cases)
        {
            var chosen = await choose(one);
            if (!chosen.SequenceEqual(one.Ids))
            {
                wrong.Add($"{one.Why}: [{string.Join(", ", chosen)}] instead of [{string.Join(", ", one.Ids)}]");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static DeviceFilterTable Read()
    {
        using var json = typeof(DeviceFilterTable).Assembly.GetManifestResourceStream("DeviceFilterCases.json")!;
        return JsonSerializer.Deserialize<DeviceFilterTable>(json, JsonSerializerOptions.Web)!;
    }
}

/// <summary>A device of the table; states by their names on the wire.</summary>
/// <param name="Seen">False: it has not joined since it was added.</param>
public sealed record TableDevice(string Id, string? Name = null, string Status = "online", string? Health = "healthy", bool Seen = true);

/// <summary>A filter of the table, what is null is not asked about; and the devices that it chooses, ascending.</summary>
public sealed record FilterCase(
    string Why, string[] Ids, string[]? Statuses = null, string? Health = null, string[]? DeviceIds = null, string? Q = null);
