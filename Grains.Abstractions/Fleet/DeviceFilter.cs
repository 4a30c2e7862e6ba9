using Rollcall.Devices;

namespace Rollcall.Fleet;

/// <summary>
/// Which of a customer's devices: those that meet every condition. It is the one rule of lists and watches: a gateway asks it about a
/// device, and a store makes its query of the very same conditions. Equal filters choose the same devices.
/// </summary>
public sealed record DeviceFilter
{
    /// <summary>Ids that one filter may name.</summary>
    public const int MostIds = 5_000;

    private readonly DeviceCondition[] _conditions;

    private DeviceFilter(DeviceCondition[] conditions)
    {
        _conditions = conditions;
        DeviceIds = conditions.OfType<IdIn>().FirstOrDefault()?.Values;
        MatchesNone = conditions.Any(condition => condition.IsImpossible);
    }

    /// <summary>All of them hold. Of each kind there is at most one, in a fixed order, so few different queries are made.</summary>
    public IReadOnlyList<DeviceCondition> Conditions => _conditions;

    /// <summary>The devices that it names; null: any may match.</summary>
    public IReadOnlySet<string>? DeviceIds { get; }

    /// <summary>No device can match, so nothing need be read.</summary>
    public bool MatchesNone { get; }

    /// <summary>What is null is not asked about; an empty list is met by no device. Repeated values count once.</summary>
    /// <param name="search">Substring of id or name, any case; empty: not asked about.</param>
    public static DeviceFilter Of(
        IReadOnlyCollection<DeviceStatus>? statuses = null, DeviceHealth? health = null, IReadOnlyCollection<string>? deviceIds = null,
        string? search = null)
    {
        DeviceCondition?[] asked =
        [
            statuses is null ? null : new StatusIn(statuses.ToHashSet()),
            health is { } one ? new HealthIn(new HashSet<DeviceHealth> { one }) : null,
            deviceIds is null ? null : new IdIn(deviceIds.ToHashSet()),
            string.IsNullOrEmpty(search) ? null : new TextContains(SearchText.Fold(search)),
        ];
        return new DeviceFilter([.. asked.OfType<DeviceCondition>()]);
    }

    /// <summary>Whether a device meets every condition.</summary>
    public bool Matches(Device device)
    {
        foreach (var condition in _conditions)
        {
            if (!condition.Matches(device))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public bool Equals(DeviceFilter? other) => other is not null && _conditions.SequenceEqual(other._conditions);

    /// <inheritdoc/>
    public override int GetHashCode() => _conditions.Aggregate(0, HashCode.Combine);
}
