namespace Rollcall.Journal;

/// <summary>Who follows what is stored of devices: a meter, a mirror.</summary>
internal interface IChangeSink
{
    /// <summary>
    /// A change is committed. Called in the turn of its twin, of each device in the order of its commits; returns at once and cannot fail.
    /// </summary>
    void Stored(Change change);
}
