using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Rollcall.Http;

/// <summary>A text of a bounded length, without U+0000.</summary>
internal sealed class TextAttribute(int least, int most) : RuleAttribute
{
    public override void Check(Validation validation, string member, object? value)
    {
        if (value is not null || Required)
        {
            validation.Text(member, (string?)value, least, most);
        }
    }

    public override void Describe(OpenApiSchema schema) => (schema.MinLength, schema.MaxLength) = (least == 0 ? null : least, most);
}

/// <summary>An id of the form of <see cref="Ids"/>.</summary>
internal sealed class IdTextAttribute : RuleAttribute
{
    public override void Check(Validation validation, string member, object? value)
    {
        if (value is not null || Required)
        {
            validation.Id(member, (string?)value);
        }
    }

    public override void Describe(OpenApiSchema schema)
    {
        schema.Pattern = Ids.Expression;
        schema.Say($"Must be {Ids.Rule}.");
    }
}

/// <summary>A whole number in a range, both ends included.</summary>
internal class BetweenAttribute(int least, int most, bool orNull = false) : RuleAttribute
{
    /// <summary>The default, for the reference; the body's own code applies it.</summary>
    public int Usual { get; init; } = int.MinValue;

    /// <summary>The message of a refusal says that null is allowed.</summary>
    public bool OrNull { get; init; } = orNull;

    public override void Check(Validation validation, string member, object? value)
    {
        if (value is not null && Convert.ToInt64(value, CultureInfo.InvariantCulture) is var number && (number < least || number > most))
        {
            validation.Add(member, $"must be {least} to {most}{(OrNull ? ", or null" : "")}.");
        }
    }

    public override void Describe(OpenApiSchema schema)
    {
        schema.Minimum = least.ToString(CultureInfo.InvariantCulture);
        schema.Maximum = most.ToString(CultureInfo.InvariantCulture);
        schema.Default = Usual == int.MinValue ? null : (JsonNode)Usual;
    }
}
