using System.Globalization;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;
using Rollcall.Devices;

namespace Rollcall.Administration.Importing;

/// <summary>Devices in a file: CSV with a header line, or JSON lines, one object each. Read as it is asked for, never held whole.</summary>
public sealed class ImportFile
{
    private const int LongestText = 200;
    private const int LongestLine = 64 * 1024;
    private static readonly string[] Delimiters = [",", ";", "\t", "|"];
    private readonly SortedSet<string> _unread = new(StringComparer.Ordinal);
    private readonly string _path;
    private readonly bool _json;

    private ImportFile(string path, bool json) => (_path, _json) = (path, json);

    /// <summary>Columns or members that say nothing here.</summary>
    public IEnumerable<string> Unread => _unread;

    /// <summary>CSV or JSON lines, by the file's name.</summary>
    /// <exception cref="SettingException">It tells neither, or there is no such file.</exception>
    public static ImportFile Open(string path)
    {
        if (!File.Exists(path))
        {
            throw new SettingException("FILE", $"names {path}, which is not there.");
        }

        return Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".CSV" or ".TSV" or ".TXT" => new ImportFile(path, json: false),
            ".JSONL" or ".NDJSON" or ".JSON" => new ImportFile(path, json: true),
            _ => throw new SettingException("FILE", $"names {path}: its name must end with .csv or, for JSON lines, with .jsonl."),
        };
    }

    /// <summary>Each row, or why it is none.</summary>
    /// <exception cref="SettingException">The file is not what its name says.</exception>
    public IEnumerable<(ImportRow? Row, ImportFault? Fault)> Rows() => _json ? JsonRows() : CsvRows();

    private IEnumerable<(ImportRow?, ImportFault?)> CsvRows()
    {
        var unmatched = false;
        using var text = new StreamReader(_path);
        using var csv = new CsvReader(text, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = DelimiterOf(_path),
            MaxFieldSize = LongestLine,
            TrimOptions = TrimOptions.Trim,
            IgnoreBlankLines = false,
            BadDataFound = bad => unmatched |= bad.Field.TrimStart().StartsWith('"'),
        });

        // Rows as a spreadsheet counts them: the header is the first, and empty ones count.
        var number = ReadHeader(csv);
        var columns = csv.HeaderRecord!.Select(Field.Of).ToArray();
        if (columns.GroupBy(field => field).FirstOrDefault(same => same.Key is not null && same.Count() > 1) is { Key: var twice })
        {
            var names = csv.HeaderRecord!.Where((_, place) => columns[place] == twice);
            throw new SettingException("FILE",
                $"has more than one column for the {twice}: {string.Join(", ", names)}. Leave in the one that is meant.");
        }

        _unread.UnionWith(csv.HeaderRecord!.Where((_, place) => columns[place] is null && csv.HeaderRecord![place].Length > 0));
        if (!columns.Contains(Field.Id))
        {
            throw new SettingException("FILE", $"has no column id in its first line, only {string.Join(", ", csv.HeaderRecord!)}.");
        }

        while (true)
        {
            (number, unmatched) = (number + 1, false);
            (ImportRow?, ImportFault?) row;
            try
            {
                if (!csv.Read())
                {
                    yield break;
                }

                if (IsBlank(csv.Parser))
                {
                    continue;
                }

                row = unmatched ? (null, new ImportFault(number, "has a quotation mark that is not closed, or text behind one that is"))
                    : csv.Parser.Count > columns.Length
                    ? (null, new ImportFault(number, $"has {csv.Parser.Count} fields, more than the {columns.Length} of the first line"))
                    : Check(number, Values(csv.Parser, columns));
            }
            catch (CsvHelperException bad)
            {
                row = (null, new ImportFault(
                    number, bad is MaxFieldSizeException ? "has a field that is too long, perhaps as a quotation mark is missing" : "is no CSV"));
            }

            yield return row;
            if (row.Item2 is not null && csv.Parser.Count == 0)
            {
                yield break;
            }
        }
    }

    /// <summary>What stands between most of the names that we know. Other lines may hold more of another, and empty ones none.</summary>
    private static string DelimiterOf(string path)
    {
        using var text = new StreamReader(path);
        var beginning = new char[LongestLine];
        var names = new string(beginning, 0, text.ReadBlock(beginning)).Split('\r', '\n').FirstOrDefault(line => line.Any(char.IsAsciiLetter), "");
        return Delimiters.MaxBy(one => names.Split(one).Count(name => Field.Of(name.Trim().Trim('"')) is not null))!;
    }

    /// <returns>The number of its row.</returns>
    private static int ReadHeader(CsvReader csv)
    {
        try
        {
            for (var number = 1; csv.Read(); number++)
            {
                if (!IsBlank(csv.Parser) && csv.ReadHeader())
                {
                    return number;
                }
            }
        }
        catch (CsvHelperException)
        {
            throw new SettingException("FILE", "is no CSV: its first line is too long.");
        }

        throw new SettingException("FILE", "is empty: its first line must name the columns, as id,name,location,secret.");
    }

    /// <summary>Also one with delimiters alone, as spreadsheets leave them. Looks at every field, and so at every quotation mark.</summary>
    private static bool IsBlank(IParser row) => Array.TrueForAll(row.Record ?? [], field => field.Length == 0);

    private static Dictionary<string, string?> Values(IParser row, string?[] columns)
    {
        var values = new Dictionary<string, string?>();
        for (var place = 0; place < row.Count; place++)
        {
            if (columns[place] is { } field)
            {
                values[field] = row[place].Length == 0 ? null : row[place];
            }
        }

        return values;
    }

    private IEnumerable<(ImportRow?, ImportFault?)> JsonRows()
    {
        var number = 0;
        foreach (var line in File.ReadLines(_path))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line))
            {
                yield return line.Length > LongestLine ? (null, new ImportFault(number, "is too long")) : JsonRow(number, line);
            }
        }
    }

    private (ImportRow?, ImportFault?) JsonRow(int number, string line)
    {
        try
        {
            var json = JsonElement.Parse(line);
            if (json.ValueKind != JsonValueKind.Object)
            {
                return (null, new ImportFault(number, number == 1 && json.ValueKind == JsonValueKind.Array
                    ? "is a list: each line must be an object of its own" : "is no JSON object"));
            }

            var values = new Dictionary<string, string?>();
            foreach (var member in json.EnumerateObject())
            {
                if (Field.Of(member.Name) is not { } field)
                {
                    _unread.Add(member.Name);
                }
                else if (!ImportTimes.MayBe(field, member.Value.ValueKind))
                {
                    return (null, new ImportFault(number, $"{member.Name} must be a {(ImportTimes.IsTime(field) ? "number" : "text")}"));
                }
                else if (!values.TryAdd(field, member.Value.ValueKind == JsonValueKind.Number ? member.Value.GetRawText() : member.Value.GetString()))
                {
                    return (null, new ImportFault(number, $"has more than one member for the {field}"));
                }
            }

            return Check(number, values);
        }
        catch (Exception bad) when (bad is JsonException or InvalidOperationException)
        {
            return (null, new ImportFault(number, number == 1 ? "is no JSON: each line must be an object of its own" : "is no JSON"));
        }
    }

    private static (ImportRow?, ImportFault?) Check(int number, Dictionary<string, string?> values)
    {
        var (id, secret, hash) = (values.GetValueOrDefault(Field.Id), values.GetValueOrDefault(Field.Secret), values.GetValueOrDefault(Field.Hash));
        var wrong = values.Values.Any(IsMangled) ? "has characters that are not UTF-8: save the file as UTF-8"
            : id is null ? "has no id"
            : !Ids.IsValid(id) ? $"id must be {Ids.Rule}"
            : WrongText("name", values.GetValueOrDefault(Field.Name)) ?? WrongText("location", values.GetValueOrDefault(Field.Location))
            ?? (secret is not null && hash is not null ? "has a secret and a hash: leave one out"
                : secret?.AsSpan().ContainsAny('\r', '\n') == true ? "secret has a line break, perhaps as a quotation mark is missing"
                : secret is not null && (secret.Length is < 8 or > 256 || secret.Contains('\0', StringComparison.Ordinal))
                    ? "secret must have 8 to 256 characters"
                : hash is not null && !ForeignHash.IsKnown(hash) ? $"hash must be {ForeignHash.Rule}"
                : ImportTimes.Wrong(values));
        return wrong is null
            ? (new ImportRow(
                number, id!, Given(values, Field.Name), Given(values, Field.Location), secret, hash, ImportTimes.Given(values, Field.Interval),
                ImportTimes.Given(values, Field.Timeout)), null)
            : (null, new ImportFault(number, wrong));
    }

    /// <summary>What bytes become that are no text.</summary>
    private static bool IsMangled(string? text) => text?.Contains('\uFFFD', StringComparison.Ordinal) == true;

    private static Change<string>? Given(Dictionary<string, string?> values, string field) =>
        values.TryGetValue(field, out var value) ? new Change<string>(value) : null;

    private static string? WrongText(string field, string? text) =>
        text is null ? null
        : text.Length > LongestText ? $"{field} must have at most {LongestText} characters"
        : text.Contains('\0', StringComparison.Ordinal) ? $"{field} must not hold U+0000"
        : null;
}
