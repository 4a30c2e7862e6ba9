namespace Rollcall.Enrolment;

/// <summary>Keys of the roll's customer.</summary>
internal static class KeysOfRoll
{
    public static async Task<(string Id, IEnrolmentKeyGrain Key)> NewKey(
        this TwinCluster roll, int? most = null, DateTimeOffset? until = null, string name = "a key")
    {
        var created = await roll.Grains.GetCustomer(TwinCluster.Customer).CreateKey(new NewKey(name, most, until));
        return (created.Id!, roll.Grains.GetEnrolmentKey(created.Text!));
    }

    /// <summary>Places taken of the newest key.</summary>
    public static async Task<int> Places(this TwinCluster roll) => (await roll.Grains.GetCustomer(TwinCluster.Customer).ListKeys())[0].Devices;
}
