using System.Text.Json.Serialization.Metadata;
using Microsoft.OpenApi;

namespace Rollcall.Http;

/// <summary>A rule for a member of a body. It checks requests, and describes itself to the reference.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal abstract class RuleAttribute : Attribute
{
    /// <summary>A body without the member is refused.</summary>
    public bool Required { get; init; }

    public static IEnumerable<RuleAttribute> Of(JsonPropertyInfo member) =>
        member.AttributeProvider?.GetCustomAttributes(typeof(RuleAttribute), inherit: true).Cast<RuleAttribute>() ?? [];

    /// <param name="value">Null: it is null or absent.</param>
    public abstract void Check(Validation validation, string member, object? value);

    public abstract void Describe(OpenApiSchema schema);
}

/// <summary>Extends the description of a member in the reference.</summary>
internal static class SchemaDescriptions
{
    /// <summary>Appends a sentence to the member's description.</summary>
    public static void Say(this OpenApiSchema schema, string sentence) => schema.Description = $"{schema.Description} {sentence}".TrimStart();
}

/// <summary>The rules of a body's members, with the members' names on the wire. A body that reads itself applies them there.</summary>
internal static class MemberRules<T> where T : class, IBody<T>
{
    private static readonly Member[] s_members =
    [
        .. from property in T.Schema == typeof(T) ? WireJson.Of<T>().Properties : []
           from rule in RuleAttribute.Of(property)
           select new Member(property.Name, property.Get!, rule),
    ];

    public static bool IsAnyRequired => s_members.Any(member => member.Rule.Required);

    public static void Check(T body, Validation validation)
    {
        foreach (var member in s_members)
        {
            member.Rule.Check(validation, member.Name, member.Get(body));
        }
    }

    private sealed record Member(string Name, Func<object, object?> Get, RuleAttribute Rule);
}
