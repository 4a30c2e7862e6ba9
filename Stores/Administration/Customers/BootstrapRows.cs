using Rollcall.Enrolment;

namespace Rollcall.Administration.Customers;

/// <summary>
/// Writes what the bootstrap settings name, as the grains would: no silo runs yet when the first key is needed.
/// </summary>
internal sealed class BootstrapRows(CustomerStatements store)
{
    public IReadOnlyList<string> Ensure(string customer, string? enrolmentKey, DateTimeOffset now)
    {
        var made = new List<string>();
        if (store.AddCustomer(customer, now))
        {
            made.Add($"customer {customer}");
        }

        if (enrolmentKey is not null && EnsureKey(customer, Keys.EnrolmentKey(enrolmentKey), now))
        {
            made.Add($"the enrolment key of customer {customer}");
        }

        return made;
    }

    private bool EnsureKey(string customer, string grain, DateTimeOffset now)
    {
        if (store.State(GrainStorageNames.EnrolmentKey, grain) is not null)
        {
            return false;
        }

        var key = new EnrolmentKeyState { Id = KeyText.NewId(), CustomerId = customer, Name = "BOOTSTRAP_ENROLMENT_KEY", CreatedAt = now };
        var row = store.State(GrainStorageNames.Customer, Keys.Customer(customer));
        var listed = (row?.Payload is { } payload ? GrainStorageHosting.Serializer.Deserialize<CustomerState>(new BinaryData(payload)) : null)
            ?? new CustomerState();
        var entry = new KeyEntry { Id = key.Id, Grain = grain, Bootstrap = true };
        Write(GrainStorageNames.Customer, Keys.Customer(customer), listed with { Keys = [.. listed.Keys, entry] }, row?.Version, now);
        Write(GrainStorageNames.EnrolmentKey, grain, key, version: null, now);
        return true;
    }

    private void Write<T>(string state, string grain, T value, int? version, DateTimeOffset now) =>
        store.Write(state, grain, GrainStorageHosting.Serializer.Serialize(value).ToArray(), version, now);
}
