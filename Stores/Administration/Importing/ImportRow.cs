using Rollcall.Devices;

namespace Rollcall.Administration.Importing;

/// <summary>A device as a file has it.</summary>
/// <param name="Number">Of its row in the file, from 1, as an editor or a spreadsheet counts.</param>
/// <param name="Name">Null: the file does not say.</param>
/// <param name="Location">As the name.</param>
/// <param name="Secret">A secret that the device has already; null: it is a hash, or the file does not say.</param>
/// <param name="Hash">Another system's hash of it (<see cref="ForeignHash"/>).</param>
/// <param name="HeartbeatInterval">Milliseconds; null: the file does not say. It has a value where the timeout has one.</param>
/// <param name="HeartbeatTimeout">As the interval.</param>
public sealed record ImportRow(
    int Number, string DeviceId, Change<string>? Name, Change<string>? Location, string? Secret, string? Hash,
    ValueChange<int>? HeartbeatInterval = null, ValueChange<int>? HeartbeatTimeout = null);

/// <summary>Why a row cannot be imported.</summary>
public sealed record ImportFault(int Number, string Text);

/// <summary>What rows are, or what became of them.</summary>
public sealed class ImportTally
{
    public int New { get; internal set; }

    public int Unchanged { get; internal set; }

    public int Changed { get; internal set; }

    /// <summary>Of the new and changed: secrets that were chosen, to be hashed slowly by a silo.</summary>
    public int Chosen { get; internal set; }

    /// <summary>
    /// Of the unchanged: the device has signed in since and its hash is a better one, so that whether its secret is the file's cannot be
    /// told.
    /// </summary>
    public int Replaced { get; internal set; }

    public int Refused { get; internal set; }

    /// <summary>Counts rows that were refused before they came to the store.</summary>
    public void Refuse(int rows) => Refused += rows;

    public int Rows => New + Unchanged + Changed + Refused;
}
