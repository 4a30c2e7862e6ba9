namespace Rollcall.Facts;

/// <summary>
/// Something that happened to a customer and is told by no device's row: a key was revoked, a rule was made. The storage keeps it in the
/// transaction of the state that it tells of.
/// </summary>
internal abstract record Fact(string CustomerId);
