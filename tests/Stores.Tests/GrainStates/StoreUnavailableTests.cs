using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orleans.Serialization;

namespace Rollcall.GrainStates;

public sealed class StoreUnavailableTests
{
    [Fact]
    public void A_gateway_is_told_that_the_store_is_away_without_what_the_database_said_and_the_silos_log_has_both()
    {
        var away = new StoreUnavailableException("The database cannot be read now.", new NpgsqlException("a word of the database"));
        Assert.Contains("a word of the database", away.ToString(), StringComparison.Ordinal);

        using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer>();
        var told = Assert.IsType<StoreUnavailableException>(serializer.Deserialize<Exception>(serializer.SerializeToArray<Exception>(away)));
        Assert.Equal(away.Message, told.Message);
        Assert.Null(told.InnerException);
        Assert.Null(told.Cause);

        // As the failure of an activation, it comes within another one.
        var failed = new InvalidOperationException("The grain could not be activated.", away);
        var heard = serializer.Deserialize<Exception>(serializer.SerializeToArray<Exception>(failed))!;
        Assert.IsType<StoreUnavailableException>(heard.InnerException);
    }
}
