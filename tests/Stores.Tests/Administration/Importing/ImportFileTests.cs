using System.Text;

namespace Rollcall.Administration.Importing;

public sealed class ImportFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("id,name,location,secret\nlamp,Lamp,\"Hall 1, \"\"north\"\"\",long enough\n")]
    [InlineData("﻿deviceId;Name;LOCATION;device_secret\r\nlamp;Lamp;\"Hall 1, \"\"north\"\"\";long enough\r\n")]
    [InlineData("id\tname\tlocation\tsecret\nlamp\tLamp\t\"Hall 1, \"\"north\"\"\"\tlong enough")]
    [InlineData("secret , location, name, id \n long enough,\"Hall 1, \"\"north\"\"\",Lamp , lamp\n\n")]
    public void Csv_is_read_as_spreadsheets_write_it(string text)
    {
        var row = Assert.Single(Read("devices.csv", text).Rows);
        Assert.Equal(new ImportRow(2, "lamp", new("Lamp"), new("Hall 1, \"north\""), "long enough", null), row);
    }

    [Fact]
    public void Json_lines_are_read_and_what_is_absent_is_not_said()
    {
        var (rows, faults, unread) = Read("devices.jsonl", """
            {"id":"lamp","name":"Lamp","location":null,"secret":"long enough","serial":7}

            {"deviceId":"bell","secretHash":"sha256:4104d36f8da2c254349f85836793ebe029e0c957063a34c91c2e9203187b5631"}
            """);
        Assert.Empty(faults);
        Assert.Equal(new ImportRow(1, "lamp", new("Lamp"), new(null), "long enough", null), rows[0]);
        Assert.Equal((3, "bell", null, null), (rows[1].Number, rows[1].DeviceId, rows[1].Name, rows[1].Secret));
        Assert.Equal(["serial"], unread);
    }

    [Fact]
    public void Heartbeat_times_are_milliseconds_in_either_form()
    {
        var csv = Assert.Single(Read("devices.csv", "id,heartbeat_interval,heartbeatTimeout\nlamp,3600000,7800000\n").Rows);
        Assert.Equal((3_600_000, 7_800_000), (csv.HeartbeatInterval!.Value, csv.HeartbeatTimeout!.Value));
        var rows = Read("devices.jsonl", """
            {"id":"lamp","heartbeatInterval":3600000,"heartbeatTimeout":7800000}
            {"id":"bell","heartbeatInterval":null,"heartbeatTimeout":null}
            {"id":"door"}
            """).Rows;
        Assert.Equal((3_600_000, 7_800_000), (rows[0].HeartbeatInterval!.Value, rows[0].HeartbeatTimeout!.Value));
        Assert.Null(rows[1].HeartbeatTimeout!.Value);
        Assert.Null(rows[2].HeartbeatTimeout);
    }

    [Theory]
    [InlineData("999,90000", "heartbeatInterval must be")]
    [InlineData("hourly,90000", "heartbeatInterval must be")]
    [InlineData("1000,1999", "heartbeatTimeout must be")]
    [InlineData("1000,604800001", "heartbeatTimeout must be")]
    [InlineData("30000,", "go together")]
    [InlineData(",90000", "go together")]
    [InlineData("30000,59999", "at least twice the interval")]
    public void Heartbeat_times_that_do_not_go_together_are_no_row(string times, string why) => Assert.Contains(
        why, Assert.Single(Read("devices.csv", $"id,heartbeatInterval,heartbeatTimeout\nlamp,{times}\n").Faults).Text, StringComparison.Ordinal);

    [Theory]
    [InlineData("a b,,long enough,", "id must be 1 to 100 of")]
    [InlineData(",,long enough,", "has no id")]
    [InlineData("a,,short,", "secret must have 8 to 256 characters")]
    [InlineData("a,,long enough,sha256:00", "leave one out")]
    [InlineData("a,,,$2b$14$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e", "hash must be bcrypt")]
    [InlineData("a,,,md5", "hash must be bcrypt")]
    [InlineData("a,,b,c,d", "has 5 fields, more than the 4")]
    public void A_wrong_row_is_named_and_the_next_is_read(string line, string why)
    {
        var (rows, faults, _) = Read("devices.csv", $"id,name,secret,hash\nfirst,,long enough,\n{line}\nlast,,long enough,\n");
        Assert.Equal(["first", "last"], rows.Select(row => row.DeviceId));
        var fault = Assert.Single(faults);
        Assert.Equal(3, fault.Number);
        Assert.Contains(why, fault.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a,,\"long enough,\nlast,,long enough,\n", "quotation mark")]
    [InlineData("a,,\"long enough,\nlast,,\"long enough,\n", "quotation mark")]
    [InlineData("a,,\"long enough,\nlast,,long \"enough\"\",\"\n", "quotation mark")]
    [InlineData("a,,\"long enough,\nlast,,long enough\"\n", "line break")]
    [InlineData("a,\"Lamp\" 1,long enough,\n", "quotation mark")]
    [InlineData("a,K\uFFFDhlhaus,long enough,\n", "UTF-8")]
    public void A_row_that_swallows_others_or_is_mangled_is_no_row(string lines, string why)
    {
        var (rows, faults, _) = Read("devices.csv", $"id,name,secret,hash\nfirst,,long enough,\n{lines}");
        Assert.Equal(["first"], rows.Select(row => row.DeviceId));
        Assert.Contains(why, Assert.Single(faults).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_two_columns_for_the_same_neither_is_taken()
    {
        Assert.Contains("the id: id, device_id", Assert.Throws<SettingException>(
            () => Read("devices.csv", "id,device_id,secret\n17,lamp,long enough\n")).Message, StringComparison.Ordinal);
        var fault = Assert.Single(Read("devices.jsonl", "{\"id\":\"17\",\"deviceId\":\"lamp\"}").Faults);
        Assert.Contains("more than one member for the id", fault.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("id,name,secret\nlamp,a;b;c;d;e,long enough\nbell,a;b;c;d;e,long enough\n", "a;b;c;d;e")]
    [InlineData("id;name;secret\nlamp;a,b,c,d,e;long enough\nbell;a,b,c,d,e;long enough\n", "a,b,c,d,e")]
    [InlineData("id;name;secret\nlamp;a|b,c|d,e|;long enough\n", "a|b,c|d,e|")]
    [InlineData("id|name|secret|a,b,c,d\nlamp|a,b,c,d|long enough|\n", "a,b,c,d")]
    [InlineData("\n;;\nid;name;secret\n\nlamp;a,b;long enough\n", "a,b")]
    [InlineData("\"id\";\"name\";\"secret\"\n\"lamp\";\"a,b\";\"long enough\"\n", "a,b")]
    public void What_stands_between_columns_is_told_by_their_names(string text, string name)
    {
        var (rows, faults, _) = Read("devices.csv", text);
        Assert.Empty(faults);
        Assert.All(rows, row => Assert.Equal((name, "long enough"), (row.Name!.Value, row.Secret)));
    }

    [Fact]
    public void A_quotation_mark_within_a_field_is_one() =>
        Assert.Equal("Lamp 17\"", Assert.Single(Read("devices.csv", "id,name,secret\nlamp,Lamp 17\",long enough\n").Rows).Name!.Value);

    [Fact]
    public void Rows_without_a_word_are_counted_and_not_read()
    {
        var (rows, faults, _) = Read("devices.csv", "\nid,secret\n\n,\nlamp,long enough\n,\n\nbell,short\n");
        Assert.Equal((5, "lamp"), (Assert.Single(rows).Number, rows[0].DeviceId));
        Assert.Equal(8, Assert.Single(faults).Number);
    }

    [Theory]
    [InlineData("[{\"id\":\"lamp\"}]", "each line must be an object of its own")]
    [InlineData("id,name", "each line must be an object of its own")]
    [InlineData("{\"id\":7}", "id must be a text")]
    [InlineData("{\"id\":\"\\ud800\"}", "is no JSON")]
    [InlineData("\"lamp\"", "is no JSON object")]
    public void A_line_that_is_no_object_is_named(string line, string why)
    {
        var fault = Assert.Single(Read("devices.jsonl", line).Faults);
        Assert.Equal(1, fault.Number);
        Assert.Contains(why, fault.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_quotation_mark_that_is_never_closed_ends_in_a_fault_and_not_in_memory()
    {
        var text = new StringBuilder("id,name,secret\nlamp,\"Lamp,long enough\n");
        for (var i = 0; i < 20_000; i++)
        {
            text.Append("device-").Append(i).Append(",Lamp,long enough\n");
        }

        var (rows, faults, _) = Read("devices.csv", text.ToString());
        Assert.NotEmpty(faults);
        Assert.DoesNotContain(rows, row => row.DeviceId == "lamp");
    }

    [Theory]
    [InlineData("devices.xlsx", "x", "must end with .csv")]
    [InlineData("devices.csv", "", "is empty")]
    [InlineData("devices.csv", "\n,,\n", "is empty")]
    [InlineData("devices.csv", "name,secret\nLamp,long enough", "has no column id")]
    public void What_is_no_such_file_is_refused(string name, string text, string why) =>
        Assert.Contains(why, Assert.Throws<SettingException>(() => Read(name, text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_that_is_not_there_is_refused() =>
        Assert.Throws<SettingException>(() => ImportFile.Open(Path.Combine(_folder.Path, "none.csv")));

    public void Dispose() => _folder.Dispose();

    private (List<ImportRow> Rows, List<ImportFault> Faults, string[] Unread) Read(string name, string text)
    {
        var path = Path.Combine(_folder.Path, name);
        File.WriteAllText(path, text);
        var file = ImportFile.Open(path);
        var all = file.Rows().ToArray();
        return ([.. all.Select(one => one.Row).OfType<ImportRow>()], [.. all.Select(one => one.Fault).OfType<ImportFault>()], [.. file.Unread]);
    }
}
