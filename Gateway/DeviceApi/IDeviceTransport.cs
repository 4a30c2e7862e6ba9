using Rollcall.Commands;

namespace Rollcall.DeviceApi;

/// <summary>
/// What carries one device's connection, as a gateway speaks to it. No call waits for the device. What is lost on the way is said again
/// by the answer to its next call.
/// </summary>
internal interface IDeviceTransport
{
    /// <summary>Writes these commands, in this order, and then says <see cref="DeviceProtocol.MarkDelivered"/>.</summary>
    void Deliver(IReadOnlyList<Command> commands);

    /// <summary>Closes the connection when what waits is written. The first reason counts.</summary>
    void Close(ReasonCode reason);
}

/// <summary>The connection of the network below a device's connection, which is to stay open for long.</summary>
internal interface IConnectionRoom
{
    /// <summary>Whether this customer would find room for one more.</summary>
    bool MayHold(string customerId);

    /// <summary>Takes the room. False: there is none any more.</summary>
    bool Hold(string customerId);
}
