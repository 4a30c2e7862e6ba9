using Microsoft.Extensions.Options;
using Rollcall.Clocks;
using Rollcall.Devices;
using Rollcall.Devices.Presence;
using Rollcall.Facts;

namespace Rollcall.Enrolment;

/// <summary>Lists a customer's enrolment keys. A key is added to the list before it becomes valid, so no valid key is ever missing.</summary>
[GrainType("customer")]
internal sealed class CustomerGrain(
    [PersistentState(GrainStorageNames.Customer, GrainStorageNames.Storage)] IPersistentState<CustomerState> customer,
    IOptions<EnrolmentOptions> options, IOptions<DeviceOptions> devices, ClockTrust trust) : Grain, ICustomerGrain
{
    /// <summary>Keys read at a time: each may take a connection to the store.</summary>
    private const int Width = 32;

    private string CustomerId => Keys.CustomerOf(this.GetPrimaryKeyString());

    public async ValueTask<NewKeyReply> CreateKey(NewKey key)
    {
        if (!Cadence.IsAllowed(key.HeartbeatInterval, key.HeartbeatTimeout, devices.Value))
        {
            return new NewKeyReply(Refusal.TimeoutTooShort);
        }

        var kept = customer.State.Keys;
        if (kept.Count >= options.Value.KeysMost)
        {
            if (await FirstDead(kept) is not { } dead)
            {
                return new NewKeyReply(Refusal.QuotaExceeded);
            }

            await Issued(dead).Drop();
            kept = [.. kept.Where(entry => entry != dead)];
        }

        var text = KeyText.Generate();
        var entry = new KeyEntry { Id = KeyText.NewId(), Grain = Keys.EnrolmentKey(text) };
        await Write(customer.State with { Keys = [.. kept, entry] });
        await Issued(entry).Issue(entry.Id, CustomerId, key);
        return new NewKeyReply(Refusal.None, entry.Id, text);
    }

    public async ValueTask<IReadOnlyList<EnrolmentKey>> ListKeys()
    {
        var all = new List<EnrolmentKey>();
        foreach (var some in customer.State.Keys.Reverse().Chunk(Width))
        {
            var shown = await Task.WhenAll(some.Select(entry => Issued(entry).Show().AsTask()));
            all.AddRange(shown.OfType<EnrolmentKey>());
        }

        return all;
    }

    public async ValueTask<Refusal> RevokeKey(string id)
    {
        if (customer.State.Keys.FirstOrDefault(entry => entry.Id == id) is not { } entry)
        {
            return Refusal.NotFound;
        }

        await Issued(entry).Revoke();
        return Refusal.None;
    }

    private IIssuedKey Issued(KeyEntry entry) => GrainFactory.GetGrain<IIssuedKey>(entry.Grain);

    private async ValueTask<KeyEntry?> FirstDead(IReadOnlyList<KeyEntry> entries)
    {
        var now = trust.Now();
        foreach (var entry in entries.Where(entry => !entry.Bootstrap))
        {
            if (await Issued(entry).Show() is not { RevokedAt: null } key || (key.ExpiresAt is { } end && now.IsOver(key.CreatedAt, end)))
            {
                return entry;
            }
        }

        return null;
    }

    private Task Write(CustomerState next) => customer.Write(next, DeactivateOnIdle);
}
