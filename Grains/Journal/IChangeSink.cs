namespace Rollcall.Journal;

/// <summary>Receives what is stored of devices: a meter, a mirror.</summary>
internal interface IChangeSink
{
    /// <summary>
    /// A change is committed. Called in the turn of its twin, per device in the order of commits; returns at once and cannot fail.
    /// </summary>
    void Stored(Change change);
}
