using System.Globalization;
using Microsoft.Extensions.Time.Testing;

namespace Rollcall.Commands;

/// <summary>Parameters in memory: the newest that fit; the rest is read.</summary>
public sealed class CommandParametersTests : ICommandStore
{
    private const int Length = 1_000;
    private readonly List<long> _read = [];
    private readonly CommandParameters _parameters;
    private bool _away;

    public CommandParametersTests() => _parameters = new CommandParameters(this, () => _away, 3 * ((2 * Length) + 300), new FakeTimeProvider());

    [Fact]
    public async Task Those_of_new_commands_are_not_read()
    {
        _parameters.Keep(New(1));
        Assert.Equal([New(1)], await Whole(1));
        Assert.Empty(_read);
    }

    [Fact]
    public async Task What_does_not_fit_is_let_go_oldest_first_and_read_again_in_one_go()
    {
        foreach (var number in Enumerable.Range(1, 5))
        {
            _parameters.Keep(New(number));
        }

        Assert.InRange(_parameters.Bytes, 1, 3 * ((2 * Length) + 300));
        Assert.Equal([.. Enumerable.Range(1, 5).Select(number => New(number))], await Whole(1, 2, 3, 4, 5));
        Assert.Equal([1L, 2], _read);
        Assert.InRange(_parameters.Bytes, 1, 3 * ((2 * Length) + 300));
    }

    [Fact]
    public async Task Of_what_is_used_again_and_again_nothing_is_read()
    {
        _parameters.Keep(New(1));
        foreach (var number in Enumerable.Range(2, 20))
        {
            _parameters.Keep(New(number));
            await Whole(1);
        }

        Assert.Empty(_read);
    }

    [Fact]
    public async Task Commands_without_any_ask_nothing_also_while_the_store_is_away()
    {
        _away = true;
        var bare = New(1) with { Parameters = null };
        Assert.Equal([bare], await _parameters.WholeAsync("lamp", [bare.Light()]));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await Whole(1));
    }

    [Fact]
    public async Task What_has_ended_leaves_nothing_behind()
    {
        _parameters.Keep(New(1));
        _parameters.Forget(New(1).Id);
        _parameters.Forget("another");
        Assert.Equal(0, _parameters.Bytes);
        await Whole(1);
        Assert.Equal([1L], _read);
    }

    [Fact]
    public void One_that_is_larger_than_all_room_is_not_kept()
    {
        _parameters.Keep(New(1) with { Parameters = new string('1', 10 * Length) });
        Assert.Equal(0, _parameters.Bytes);
    }

    Task<IReadOnlyDictionary<long, string>> ICommandStore.ParametersAsync(
        string deviceId, IReadOnlyList<long> numbers, CancellationToken cancellation)
    {
        _read.AddRange(numbers);
        return Task.FromResult<IReadOnlyDictionary<long, string>>(numbers.ToDictionary(number => number, number => New(number).Parameters!));
    }

    Task<IReadOnlyList<Command>> ICommandStore.OpenAsync(string deviceId, CancellationToken cancellation) => throw new NotSupportedException();

    Task<Command?> ICommandStore.FindAsync(string deviceId, string commandId, CancellationToken cancellation) => throw new NotSupportedException();

    Task<IReadOnlyList<Command>> ICommandStore.FindOfCustomerAsync(
        string customerId, IReadOnlyList<(string DeviceId, string CommandId)> ids, CancellationToken cancellation) =>
            throw new NotSupportedException();

    Task<(Command Command, string? Fingerprint)?> ICommandStore.FindByKeyAsync(
        string deviceId, string idempotencyKey, DateTimeOffset since, CancellationToken cancellation) => throw new NotSupportedException();

    Task<(IReadOnlyList<Command> Commands, bool More)?> ICommandStore.ListAsync(
        string customerId, CommandQuery query, Rollcall.Clocks.WallTime now, CancellationToken cancellation) => throw new NotSupportedException();

    Task<int> ICommandStore.PruneAsync(DateTimeOffset before, CancellationToken cancellation) => throw new NotSupportedException();

    private static Command New(long number) => new(
        CommandIds.Of(number, new byte[12]), "lamp", number, "blink", number.ToString(CultureInfo.InvariantCulture).PadRight(Length, '0'),
        CommandStatus.Queued,
        default, default, null, null, null, null, null, Late: false, "owner");

    private async Task<IReadOnlyList<Command>> Whole(params long[] numbers) =>
        await _parameters.WholeAsync("lamp", [.. numbers.Select(number => New(number).Light())]);
}
