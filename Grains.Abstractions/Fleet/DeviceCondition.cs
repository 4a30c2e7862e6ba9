using Rollcall.Devices;

namespace Rollcall.Fleet;

/// <summary>
/// One condition of a <see cref="DeviceFilter"/>. A new kind is a record here, a line in the stores' <c>DevicePageQuery</c>, and a case in the
/// table that holds gateway, stores and portal to the same answers.
/// </summary>
public abstract record DeviceCondition
{
    /// <summary>Whether a device meets it.</summary>
    public abstract bool Matches(Device device);

    /// <summary>No device can meet it.</summary>
    public virtual bool IsImpossible => false;
}

/// <summary>A property has one of these values.</summary>
public abstract record OneOf<T>(IReadOnlySet<T> Values) : DeviceCondition
{
    /// <inheritdoc/>
    public sealed override bool IsImpossible => Values.Count == 0;

    /// <inheritdoc/>
    public virtual bool Equals(OneOf<T>? other) => base.Equals(other) && Values.SetEquals(other.Values);

    /// <inheritdoc/>
    public override int GetHashCode() => Values.Aggregate(Values.Count, (hash, value) => hash ^ value!.GetHashCode());
}

/// <summary>The status is one of these.</summary>
public sealed record StatusIn(IReadOnlySet<DeviceStatus> Values) : OneOf<DeviceStatus>(Values)
{
    /// <inheritdoc/>
    public override bool Matches(Device device) => Values.Contains(device.Status);
}

/// <summary>The health that it last reported is one of these; one that has reported none does not meet it.</summary>
public sealed record HealthIn(IReadOnlySet<DeviceHealth> Values) : OneOf<DeviceHealth>(Values)
{
    /// <inheritdoc/>
    public override bool Matches(Device device) => device.Health is { } health && Values.Contains(health);
}

/// <summary>It is one of these devices.</summary>
public sealed record IdIn(IReadOnlySet<string> Values) : OneOf<string>(Values)
{
    /// <inheritdoc/>
    public override bool Matches(Device device) => Values.Contains(device.DeviceId);
}

/// <summary>The id or the name contains this text.</summary>
/// <param name="Folded">By <see cref="SearchText.Fold"/>; never empty.</param>
public sealed record TextContains(string Folded) : DeviceCondition
{
    /// <inheritdoc/>
    public override bool Matches(Device device) => SearchText.Contains(device.DeviceId, Folded) || SearchText.Contains(device.Name, Folded);
}
