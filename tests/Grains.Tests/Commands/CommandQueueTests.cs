using Rollcall.Clocks;
using Rollcall.Devices;

namespace Rollcall.Commands;

/// <summary>The rule of a device's commands, values only.</summary>
public sealed class CommandQueueTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Session Session = new("s", 1);
    private const long MostBytes = 100_000;
    private const long MostOfCustomer = 1_000_000;
    private CommandQueue _queue = CommandQueue.Of([], 0);
    private long _elsewhere;
    private DateTimeOffset _now = Noon;

    [Fact]
    public void A_command_goes_its_way_and_each_step_is_one_change()
    {
        var added = Add();
        Assert.Equal((1L, CommandStatus.Queued, Noon, Noon.AddHours(1)), (added.Number, added.Status, added.CreatedAt, added.ExpiresAt));
        Assert.True(CommandIds.TryNumber(added.Id, out var number));
        Assert.Equal(1, number);
        Pass(1);
        Assert.Equal((CommandStatus.Sent, _now), Is(Does(_queue.Sent([added.Id], _now)).Single(), command => command.SentAt));
        Assert.Empty(Does(_queue.Sent([added.Id], _now)));
        Pass(1);
        Assert.Equal((CommandStatus.Acknowledged, _now),
            Is(Does(Take(added, CommandStatus.Acknowledged)).Single(), command => command.AcknowledgedAt));
        Assert.Empty(Does(Take(added, CommandStatus.Acknowledged)));
        Pass(1);
        var done = Does(Take(added, CommandStatus.Completed, "{\"n\":1}")).Single();
        Assert.Equal((CommandStatus.Completed, _now), Is(done, command => command.FinishedAt));
        Assert.Equal((0, 1L, "{\"n\":1}"), (_queue.Count, _queue.Last, done.Result));
        Assert.Equal(Refusal.NotFound, Take(added, CommandStatus.Failed).Refusal);
    }

    [Fact]
    public void What_is_over_its_time_has_expired_at_that_time_whenever_it_is_noticed()
    {
        var added = Add(seconds: 10);
        _now = added.ExpiresAt.AddMilliseconds(-1);
        Assert.Empty(_queue.Expire(_now).Changed);
        Assert.Single(_queue.ToSend(0, _now));
        _now = added.ExpiresAt;
        Assert.Empty(_queue.ToSend(0, _now));
        Assert.Equal(TimeSpan.Zero, _queue.TimeLeft(_now));
        Assert.Equal(added.At(_now), Does(_queue.Sent([added.Id], _now.AddDays(1))).Single());
        Assert.Equal((CommandStatus.Expired, added.ExpiresAt), Is(added.At(_now), command => command.FinishedAt));
        Assert.Null(_queue.TimeLeft(_now));
    }

    [Fact]
    public void A_clock_that_jumps_ahead_ends_nothing_that_was_there_before()
    {
        var before = Add(seconds: 10);
        var jumped = new WallTime(_now.AddDays(100), _now, _now.AddDays(1));
        Assert.Empty(_queue.Expire(jumped).Changed);
        Assert.Single(_queue.ToSend(0, jumped));
        Assert.Equal(TimeSpan.FromSeconds(10), _queue.TimeLeft(jumped));
        Assert.Same(before, CommandQueue.Shown(before, jumped));

        // What is asked for since then has the time that the clock shows, and ends by it.
        var step = _queue.Add("lamp", new NewCommand("blink", null, TimeSpan.FromSeconds(5), "owner", "k", false), jumped,
            new CommandRoom(1_000, MostBytes, MostOfCustomer, 0), new byte[12]);
        var since = step.Command!;
        var later = new WallTime(jumped.Now.AddSeconds(5), jumped.Believed!.Value.AddSeconds(5), jumped.Jumped);
        Assert.Equal([since.At(later)], step.Next.Expire(later).Changed);
        Assert.Equal([before.At(later), since.At(later)], step.Next.Expire(later.Now).Changed);
    }

    [Fact]
    public void Only_so_many_are_open_and_what_has_expired_makes_room()
    {
        Add(seconds: 1);
        Add();
        Assert.Equal(Refusal.QuotaExceeded, Try(most: 2).Refusal);
        Pass(1);
        var step = Try(most: 2);
        Assert.Equal((Refusal.None, CommandStatus.Expired, CommandStatus.Queued), (step.Refusal, step.Changed[0].Status, step.Changed[1].Status));
        Assert.Equal(3, step.Command!.Number);
    }

    [Fact]
    public void Their_parameters_are_bounded_together_and_of_all_the_customers_devices()
    {
        var half = "\"" + new string('x', 49_998) + "\"";
        Add(seconds: 1, half);
        Add(parameters: half);
        Assert.Equal(100_000, _queue.Bytes);
        Assert.Equal((Refusal.QuotaExceeded, new CommandLimit(CommandBound.DeviceBytes, MostBytes)), Refused(Try(1_000, parameters: "1")));
        Assert.Equal(Refusal.None, Try(1_000).Refusal);
        _elsewhere = MostOfCustomer - 100_000;
        Pass(1);
        Add(parameters: half);
        Assert.Equal((100_000, 2), (_queue.Bytes, _queue.Count));
        _elsewhere += 1;
        Pass(3_600);
        Assert.Equal(Refusal.None, Try(1_000, parameters: half).Refusal);
        _elsewhere = MostOfCustomer;
        Assert.Equal((Refusal.QuotaExceeded, new CommandLimit(CommandBound.CustomerBytes, MostOfCustomer)), Refused(Try(1_000, parameters: "1")));
    }

    [Fact]
    public void Parameters_are_not_kept_only_how_large_they_are()
    {
        var added = Add(parameters: "{\"text\":\"\u00fc\"}");
        Assert.Equal(("{\"text\":\"\u00fc\"}", 0), (added.Parameters, added.Withheld));
        var kept = _queue.ToSend(0, _now).Single();
        Assert.Equal((null, 13, 13L), (kept.Parameters, kept.Withheld, _queue.Bytes));
        Assert.Equal(added, kept.With(added.Parameters!));
        Assert.Equal(13, CommandQueue.Of([kept], 1).Bytes);
        Assert.Equal(13, CommandQueue.Of([added], 1).Bytes);
        Does(Take(added, CommandStatus.Completed));
        Assert.Equal(0, _queue.Bytes);
    }

    [Fact]
    public void A_command_is_taken_back_until_the_device_has_it()
    {
        var (one, two) = (Add(), Add());
        Does(_queue.Sent([one.Id], _now));
        Assert.Equal(CommandStatus.Cancelled, Does(_queue.Cancel(one.Id, _now)).Single().Status);
        Does(Take(two, CommandStatus.Acknowledged));
        Assert.Equal(Refusal.Conflict, _queue.Cancel(two.Id, _now).Refusal);
        Assert.Equal(Refusal.NotFound, _queue.Cancel(one.Id, _now).Refusal);
        Assert.Equal(Refusal.NotFound, _queue.Cancel("2-" + new string('0', 24), _now).Refusal);
    }

    [Fact]
    public void They_are_sent_in_order_until_acknowledged_ten_at_once_and_within_their_bytes()
    {
        var all = Enumerable.Range(0, 12).Select(_ => Add()).ToArray();
        Assert.Equal(Enumerable.Range(1, 10).Select(i => (long)i), Numbers(_queue.ToSend(0, _now)));
        Does(_queue.Sent(all.Take(10).Select(command => command.Id), _now));
        Assert.Equal([11L, 12], Numbers(_queue.ToSend(10, _now)));
        Does(Take(all[1], CommandStatus.Acknowledged));
        Does(Take(all[0], CommandStatus.Completed));
        Assert.Equal([3L, 4, 5, 6, 7, 8, 9, 10, 11, 12], Numbers(_queue.ToSend(0, _now)));

        _queue = CommandQueue.Of([], 0);
        for (var i = 0; i < 5; i++)
        {
            Add(parameters: "\"" + new string('x', 15_000) + "\"");
        }

        Assert.Equal(3, _queue.ToSend(0, _now).Count);
    }

    [Theory]
    [InlineData(CommandStatus.Completed, "{\"a\":1,\"b\":2}", CommandStatus.Completed, "{ \"b\": 2, \"a\": 1 }", Refusal.None)]
    [InlineData(CommandStatus.Completed, "1", CommandStatus.Completed, "2", Refusal.Conflict)]
    [InlineData(CommandStatus.Completed, "1e-99999999999", CommandStatus.Completed, "1.0e-99999999999", Refusal.Conflict)]
    [InlineData(CommandStatus.Completed, "1", CommandStatus.Failed, "1", Refusal.Conflict)]
    [InlineData(CommandStatus.Completed, "1", CommandStatus.Acknowledged, null, Refusal.None)]
    [InlineData(CommandStatus.Expired, null, CommandStatus.Acknowledged, null, Refusal.Conflict)]
    [InlineData(CommandStatus.Cancelled, null, CommandStatus.Acknowledged, null, Refusal.Conflict)]
    public void A_word_after_the_end_changes_nothing(CommandStatus ended, string? result, CommandStatus word, string? said, Refusal refusal)
    {
        var command = Add() with { Status = ended, Result = result };
        var step = CommandQueue.TakeLate(_queue, command, new CommandReport(Session, null, command.Id, word, said));
        Assert.Equal((refusal, 0), (step.Refusal, step.Changed.Count));
    }

    [Theory]
    [InlineData(CommandStatus.Expired)]
    [InlineData(CommandStatus.Cancelled)]
    public void The_first_result_after_that_is_kept_as_late_and_the_status_stays(CommandStatus ended)
    {
        var command = Add() with { Status = ended, FinishedAt = Noon };
        var late = CommandQueue.TakeLate(_queue, command, new CommandReport(Session, null, command.Id, CommandStatus.Completed, "1"));
        Assert.Equal(command with { Result = "1", Late = true }, late.Changed.Single());
        Assert.Equal(Refusal.None, CommandQueue.TakeLate(
            _queue, late.Command!, new CommandReport(Session, null, command.Id, CommandStatus.Completed, "1")).Refusal);
        Assert.Equal(Refusal.Conflict, CommandQueue.TakeLate(
            _queue, late.Command!, new CommandReport(Session, null, command.Id, CommandStatus.Completed, "2")).Refusal);
    }

    /// <summary>Thousands of random steps: numbers without gap, no way back, nothing open that has ended, never more than may be.</summary>
    [Fact]
    public void Whatever_happens_a_command_only_goes_forward_and_ends_once()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var known = new Dictionary<string, Command>();
        for (var i = 0; i < Rounds.Of(5_000); i++)
        {
            Pass(random.Next(0, 3));
            var any = known.Count == 0 ? null : known.Values.ElementAt(known.Count - 1 - random.Next(Math.Min(known.Count, 12)));
            var step = random.Next(5) switch
            {
                0 => Try(most: 8, seconds: random.Next(1, 30)),
                1 => _queue.Sent(_queue.ToSend(0, _now).Select(command => command.Id), _now),
                2 when any is not null => Take(any, CommandStatus.Acknowledged),
                3 when any is not null => Take(any, random.Next(2) == 0 ? CommandStatus.Completed : CommandStatus.Failed, $"{random.Next(2)}"),
                4 when any is not null => _queue.Cancel(any.Id, _now),
                _ => _queue.Expire(_now),
            };
            foreach (var changed in step.Changed)
            {
                var before = known.GetValueOrDefault(changed.Id);
                Assert.True(before is null ? changed.Number == known.Count + 1 : before.IsOpen && changed.Status > before.Status,
                    $"seed {seed}: {before} became {changed}");
                Assert.True(changed.IsOpen == (changed.FinishedAt is null), $"seed {seed}: {changed}");
                known[changed.Id] = changed;
            }

            _queue = step.Next;
            Assert.Equal(known.Values.Count(command => command.IsOpen), _queue.Count);
            Assert.True(_queue.Count <= 8, $"seed {seed}");
        }
    }

    private static (CommandStatus, DateTimeOffset?) Is(Command command, Func<Command, DateTimeOffset?> time) => (command.Status, time(command));

    private static (Refusal, CommandLimit?) Refused(CommandStep step) => (step.Refusal, step.Limit);

    private static IEnumerable<long> Numbers(IEnumerable<Command> commands) => commands.Select(command => command.Number);

    private Command Add(int seconds = 3_600, string? parameters = null)
    {
        var step = Try(1_000, seconds, parameters);
        Assert.Equal(Refusal.None, step.Refusal);
        _queue = step.Next;
        return step.Command!;
    }

    private CommandStep Try(int most, int seconds = 3_600, string? parameters = null)
    {
        var random = new byte[12];
        Random.Shared.NextBytes(random);
        return _queue.Add("lamp", new NewCommand("blink", parameters, TimeSpan.FromSeconds(seconds), "owner", "k", false), _now,
            new CommandRoom(most, MostBytes, MostOfCustomer, _elsewhere + _queue.Bytes), random);
    }

    private CommandStep Take(Command command, CommandStatus status, string? result = null) =>
        _queue.Take(new CommandReport(Session, null, command.Id, status, result), _now);

    private IReadOnlyList<Command> Does(CommandStep step)
    {
        Assert.Equal(Refusal.None, step.Refusal);
        _queue = step.Next;
        return step.Changed;
    }

    private void Pass(int seconds) => _now += TimeSpan.FromSeconds(seconds);
}
