using System.Text.Json;
using Rollcall.Portal.Commands;
using Rollcall.Portal.Fleet;

namespace Rollcall.Portal.Tests.Commands;

public sealed class CommandWordsTests
{
    [Fact]
    public void The_trail_of_an_open_command_shows_what_is_to_come_and_of_an_ended_one_only_what_was()
    {
        Assert.Equal([("queued", true), ("sent", false), ("acknowledged", false), ("completed", false)], Steps(Given.Command(1)));
        Assert.Equal([("queued", true), ("expired", true)], Steps(Given.Command(1, "expired") with { FinishedAt = Given.Noon }));
        Assert.Equal([("queued", true), ("sent", true), ("failed", true)],
            Steps(Given.Command(1, "failed") with { SentAt = Given.Noon, FinishedAt = Given.Noon }));
    }

    [Fact]
    public void A_screen_reader_hears_each_end_and_one_sentence_for_many()
    {
        Assert.Equal("ping completed on Pump.", CommandWords.Ends([Given.Command(1, "completed")], "Pump"));
        Assert.Equal("A late result of ping came from Pump.", CommandWords.Ends([Given.Command(1, "expired", late: true)], "Pump"));
        Assert.Equal("7 commands have ended on Pump.",
            CommandWords.Ends([.. Enumerable.Range(1, 7).Select(number => Given.Command(number, "expired"))], "Pump"));
    }

    [Fact]
    public void A_state_that_is_not_known_is_shown_as_it_comes_and_counts_as_an_end()
    {
        var command = Given.Command(1, "put_off");
        Assert.Equal(("Put off", false, false), (CommandWords.Status(command.Status), command.IsOpen, command.CanBeCancelled));
    }

    [Fact]
    public void A_command_is_read_as_the_wire_has_it()
    {
        var command = JsonSerializer.Deserialize(
            """{"id":"2a-0123456789abcdef01234567","deviceId":"a","command":"ping","parameters":"""
            + """null,"status":"completed","createdAt":"2026-01-05T12:00:00.000Z","expiresAt":"2026-01-05T13:00:00.000Z","sentAt":"""
            + """null,"acknowledgedAt":null,"finishedAt":null,"result":{"ok":true},"error":null,"late":false,"issuedBy":"operator"}""",
            PortalJson.Default.Command)!;

        Assert.Equal((42, "ping", 3_600, true), (command.Number, command.Name, command.TtlSeconds, command.Parameters is null));
        Assert.Equal("{\n  \"ok\": true\n}", ReadableJson.Of(command.Result!.Value));
        Assert.Equal(0, (command with { Id = "no number" }).Number);
    }

    [Fact]
    public void A_result_as_deep_as_the_server_takes_can_be_read_within_a_list()
    {
        var command = Given.Command(1, "completed") with { Result = JsonElement.Parse(new string('[', 63) + new string(']', 63)) };
        var page = JsonSerializer.Serialize(Given.Page(null, command), PortalJson.Default.CommandPage);

        Assert.Single(JsonSerializer.Deserialize(page, PortalJson.Default.CommandPage)!.Commands);
    }

    private static IEnumerable<(string, bool)> Steps(Command command) =>
        CommandWords.Trail(command).Select(step => (step.Status, step.At is not null));
}
