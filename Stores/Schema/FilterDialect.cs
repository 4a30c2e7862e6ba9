namespace Rollcall.Schema;

/// <summary>How a store writes the ways in which a filter compares a column.</summary>
internal abstract class FilterDialect
{
    /// <summary>Where a value stands.</summary>
    /// <param name="index">Of the value, from 0 on.</param>
    public abstract string Placeholder(int index);

    /// <summary>The column has one of these values; there are none or more.</summary>
    /// <param name="placeholder">Of the value that is returned.</param>
    public abstract (string Sql, object Value) OneOf(string column, string placeholder, string[] values);

    /// <summary>The column has a text in it, to the letter.</summary>
    /// <param name="placeholder">Of that text.</param>
    public abstract string Contains(string column, string placeholder);
}
