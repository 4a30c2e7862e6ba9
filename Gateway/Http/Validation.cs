using Rollcall.Http.Problems;

namespace Rollcall.Http;

/// <summary>Collects the errors of a request, by member.</summary>
internal sealed class Validation
{
    public const int LongestText = 200;
    private Dictionary<string, string[]>? _errors;
    private Problem? _other;

    /// <summary>Null when nothing is wrong.</summary>
    public Problem? Problem => _errors is null ? _other
        : Problems.Problem.Invalid(string.Join("; ", _errors.Select(error => $"{error.Key}: {error.Value[0]}")), _errors);

    public Validation Add(string member, string problem)
    {
        (_errors ??= []).TryAdd(member, [problem]);
        return this;
    }

    /// <summary>Adds a problem of another kind; it is the answer when no member's rule is broken.</summary>
    public Validation Add(Problem? other)
    {
        _other ??= other;
        return this;
    }

    /// <summary>Adds the errors of another part of the request.</summary>
    public Validation Add(Validation? other)
    {
        foreach (var (member, problems) in other?._errors ?? [])
        {
            Add(member, problems[0]);
        }

        return Add(other?._other);
    }

    /// <summary>Checks a device's id.</summary>
    public Validation Id(string member, string? id) => Ids.IsValid(id) ? this : Add(member, $"must be {Ids.Rule}.");

    /// <summary>Checks a text of a bounded length; null is missing.</summary>
    public Validation Text(string member, string? text, int least, int most) =>
        text is null ? Add(member, "is missing.")
        : text.Length < least || text.Length > most ? Add(member, $"must have {least} to {most} characters.")
        : NoNul(member, text);

    /// <summary>Checks an optional name or location.</summary>
    public Validation FreeText(string member, string? text) => text is null ? this : Text(member, text, 0, LongestText);

    private Validation NoNul(string member, string text) =>
        text.Contains('\0', StringComparison.Ordinal) ? Add(member, "must not hold U+0000.") : this;
}
