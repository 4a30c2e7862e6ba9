using Rollcall.Wire;

namespace Rollcall.Customers;

/// <summary>Reads parameters of the query string; what is wrong with one is noted, never guessed.</summary>
internal sealed class QueryString(HttpRequest request)
{
    public Validation Validation { get; } = new();

    public string? Text(string name)
    {
        var given = request.Query[name];
        if (given.Count > 1)
        {
            Validation.Add(name, "must be given once.");
        }

        return given is [{ Length: > 0 } text, ..] ? text : null;
    }

    public int Limit(int otherwise, int most)
    {
        var text = Text("limit");
        if (text is null)
        {
            return otherwise;
        }

        if (WholeNumber.TryParse(text, out var limit) && limit >= 1 && limit <= most)
        {
            return (int)limit;
        }

        Validation.Add("limit", $"must be a whole number from 1 to {most}.");
        return otherwise;
    }

    public long? Number(string name)
    {
        var text = Text(name);
        if (text is null)
        {
            return null;
        }

        if (!WholeNumber.TryParse(text, out var number))
        {
            Validation.Add(name, "must be a whole number, not negative.");
        }

        return number;
    }

    public T? Name<T>(string name) where T : struct, Enum
    {
        var text = Text(name);
        if (text is null)
        {
            return null;
        }

        if (WireNames.TryParse<T>(text, out var value))
        {
            return value;
        }

        Validation.Add(name, $"must be one of {string.Join(", ", Enum.GetValues<T>().Select(WireNames.Of))}.");
        return null;
    }

    public bool Flag(string name)
    {
        var text = Text(name);
        if (text is not (null or "true" or "false"))
        {
            Validation.Add(name, "must be true or false.");
        }

        return text == "true";
    }
}
