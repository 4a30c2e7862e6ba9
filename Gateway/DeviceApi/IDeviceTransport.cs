using Rollcall.Commands;

namespace Rollcall.DeviceApi;

/// <summary>
/// The transport of one device's connection, from the gateway to the device. No call waits for the device. What is lost on the way is
/// repeated in the answer to its next call.
/// </summary>
internal interface IDeviceTransport
{
    /// <summary>Writes these commands, in this order, and then calls <see cref="DeviceProtocol.MarkDelivered"/>.</summary>
    void Deliver(IReadOnlyList<Command> commands);

    /// <summary>Closes the connection when all queued messages are written. The first reason counts.</summary>
    void Close(ReasonCode reason);
}

/// <summary>The network connection below a device's connection, which is to stay open for long.</summary>
internal interface IConnectionRoom
{
    /// <summary>Whether there is room for one more connection of this customer.</summary>
    bool MayHold(string customerId);

    /// <summary>Takes the room. False: none is left.</summary>
    bool Hold(string customerId);
}
